#include "base/age.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

using namespace std::chrono_literals;

TEST(ParseAge, TakesAWholeNumberAndItsUnit) {
  EXPECT_EQ(ParseAge("30d"), 720h);
  EXPECT_EQ(ParseAge("12h"), 12h);
  EXPECT_EQ(ParseAge("90m"), 90min);
  EXPECT_EQ(ParseAge("0s"), 0s);
}

TEST(ParseAge, TakesNothingElse) {
  for (const char* text : {"", "d", "30", "30w", "-1d", "1.5d", "1d ", "d1",
                           "99999999999999999999d", "36501d", "18446744073709551615s"}) {
    EXPECT_EQ(ParseAge(text), std::nullopt) << text;
  }
}

TEST(AgeText, IsReadBackToTheSame) {
  for (const char* text : {"30d", "36h", "90m", "45s", "3601s", "0s"}) {
    EXPECT_EQ(AgeText(ParseAge(text).value()), text);
  }
  EXPECT_EQ(AgeText(24h), "1d");
}

}  // namespace
}  // namespace headroom
