#include "evidence/wall_text.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

using namespace std::chrono_literals;

TEST(ParseIso8601, ReadsBackWhatIsWritten) {
  for (const WallTime time : {WallTime(0), WallTime(1763694764s + 120ms), WallTime(4102444799s)}) {
    EXPECT_EQ(ParseIso8601(ToIso8601(time)), time);
  }
}

TEST(ParseIso8601, TakesAnyNumberOfFractionalDigitsUpToNanoseconds) {
  EXPECT_EQ(ParseIso8601("1970-01-01T00:00:01Z"), WallTime(1s));
  EXPECT_EQ(ParseIso8601("1970-01-01T00:00:01.5Z"), WallTime(1500ms));
  EXPECT_EQ(ParseIso8601("1970-01-01T00:00:01.000000007Z"), WallTime(1s + 7ns));
}

TEST(ParseIso8601, RefusesEverythingElse) {
  for (const char* text :
       {"", "Z", "2026-11-21", "2026-11-21T03:12:44", "2026-11-21 03:12:44Z",
        "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-11-21T24:00:00Z",
        "2026-11-21T03:12:44.Z", "2026-11-21T03:12:44.1234567890Z", "2026-11-21T03:12:44,5Z",
        "1969-12-31T23:59:59Z", "9999-11-21T03:12:44Z", "2026-11-21T03:12:44+0100Z"}) {
    EXPECT_EQ(ParseIso8601(text), std::nullopt) << text;
  }
}

TEST(ParseRfc3339, KnowsTheDistanceFromUtc) {
  const auto utc = ParseRfc3339("2026-11-21T03:12:44Z");
  ASSERT_TRUE(utc);
  EXPECT_EQ(ParseRfc3339("2026-11-21T04:12:44+01:00"), utc);
  EXPECT_EQ(ParseRfc3339("2026-11-20T21:42:44.0-05:30"), utc);
  for (const char* text : {"", "Z", "+01:00", "2026-11-21T03:12:44", "2026-11-21T03:12:44+1:00",
                           "2026-11-21T03:12:44+25:00", "2026-11-21T03:12:44 01:00",
                           "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+00:00"}) {
    EXPECT_FALSE(ParseRfc3339(text)) << text;
  }
}

}  // namespace
}  // namespace headroom
