#include "kernel/cgroup/pids_max.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

TEST(ParsePidsMax, NoLimitIsNotANumber) {
  EXPECT_EQ(ParsePidsMax("max\n").value(), std::nullopt);
  EXPECT_EQ(ParsePidsMax("200\n").value(), 200U);
  EXPECT_EQ(ParsePidsMax("0").value(), 0U);
}

TEST(ParsePidsMax, RefusesAnythingElse) {
  for (const char* bad : {"", "\n", "-1\n", "many\n", "18446744073709551616\n"}) {
    EXPECT_EQ(ParsePidsMax(bad).error().code, ErrorCode::kMalformed) << bad;
  }
}

}  // namespace
}  // namespace headroom
