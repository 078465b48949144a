#include "kernel/exit/exit_status.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

TEST(WaitStatus, ASignalAndACodeAreDifferentEnds) {
  EXPECT_EQ(ParseWaitStatus(9), (ExitStatus{.signal = 9, .code = {}}));
  EXPECT_EQ(ParseWaitStatus(137 << 8), (ExitStatus{.signal = {}, .code = 137}));
  EXPECT_EQ(ParseWaitStatus(9)->AsShellTells(), 137);
  EXPECT_EQ(ParseWaitStatus(137 << 8)->AsShellTells(), 137);
}

TEST(WaitStatus, ZeroIsACode) {
  EXPECT_EQ(ParseWaitStatus(0), (ExitStatus{.signal = {}, .code = 0}));
}

TEST(WaitStatus, ACoreChangesNothing) {
  EXPECT_EQ(ParseWaitStatus(0x80 | 6), (ExitStatus{.signal = 6, .code = {}}));
}

TEST(WaitStatus, OfALivingProcessIsNone) {
  for (const std::int64_t status : {-1, 0x7F, 0x137F, 0x10000, 0x80}) {
    EXPECT_EQ(ParseWaitStatus(status), std::nullopt) << status;
  }
}

}  // namespace
}  // namespace headroom
