#include "supervisor/tripwire/subtree.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

using namespace std::chrono_literals;

TEST(RescanDelay, LeavesMostOfTheEventThreadToOthers) {
  EXPECT_EQ(RescanDelay(0ns), 20ms);
  EXPECT_EQ(RescanDelay(1ms), 20ms) << "a change of a limit is noticed soon";
  EXPECT_EQ(RescanDelay(100ms), 900ms);
  EXPECT_EQ(RescanDelay(10s), 2s);
}

}  // namespace
}  // namespace headroom
