#include "kernel/proc/tracer.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace headroom {
namespace {

TEST(ParseTracer, TellsWhoTracesAProcess) {
  EXPECT_EQ(ParseTracer("Name:\tweb\nPPid:\t1\nTracerPid:\t4711\nUid:\t0\t0\t0\t0\n"), 4711);
  EXPECT_EQ(ParseTracer("TracerPid:\t0\n"), 0) << "nobody does";
}

TEST(ParseTracer, DoesNotKnowItWithoutTheLine) {
  EXPECT_FALSE(ParseTracer(""));
  EXPECT_FALSE(ParseTracer("Name:\tTracerPid:\n"));
  EXPECT_FALSE(ParseTracer("TracerPid:\t-1\n"));
  EXPECT_FALSE(ParseTracer("TracerPid:\t99999999999\n"));
  EXPECT_FALSE(ParseTracer("TracerPid:\t\n"));
}

TEST(ReadTracer, ReadsThatOfThisProcessAndOfNoneThatIsGone) {
  EXPECT_TRUE(ReadTracer({}, getpid()));
  EXPECT_FALSE(ReadTracer({}, INT_MAX));
}

}  // namespace
}  // namespace headroom
