#include "cli/why/run_tool.h"

#include <gtest/gtest.h>

#include "base/clock.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

TEST(RunTool, GivesWhatTheProgramWrote) {
  EXPECT_EQ(RunTool({"echo", "one", "two words"}, 100, 5s), "one two words\n");
  EXPECT_EQ(RunTool({"true"}, 100, 5s), "");
}

TEST(RunTool, TheProgramHasNoInputAndItsErrorsAreNotShown) {
  EXPECT_EQ(RunTool({"cat"}, 100, 5s), "");
  EXPECT_EQ(RunTool({"sh", "-c", "echo loud >&2; echo said"}, 100, 5s), "said\n");
}

TEST(RunTool, OneThatFailedIsNotBelieved) {
  const auto failed = RunTool({"sh", "-c", "echo half; exit 3"}, 100, 5s);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kSystem);
  EXPECT_FALSE(RunTool({"sh", "-c", "echo half; kill -9 $$"}, 100, 5s));
}

TEST(RunTool, OneThatIsNotThereIsSaidToBe) {
  const auto none = RunTool({"no-such-program-of-anybody"}, 100, 5s);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
}

TEST(RunTool, OneThatHangsIsEndedWithWhatItStarted) {
  const BootTime start = NowBoot();
  const auto hung = RunTool({"sh", "-c", "sleep 600 & sleep 600"}, 100, 200ms);
  ASSERT_FALSE(hung);
  EXPECT_EQ(hung.error().code, ErrorCode::kTimedOut);
  EXPECT_LT(NowBoot() - start, 60s);
  const auto closed = RunTool({"sh", "-c", "exec >&-; sleep 600"}, 100, 200ms);
  ASSERT_FALSE(closed) << "it closed its output and goes on";
  EXPECT_EQ(closed.error().code, ErrorCode::kTimedOut);
}

TEST(RunTool, OneThatWritesWithoutEndIsEnded) {
  const auto endless = RunTool({"yes"}, 1000, 30s);
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().code, ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace headroom
