#include "cli/series.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

std::vector<BundleEntry> Stamped(std::initializer_list<const char*> stamps) {
  std::vector<BundleEntry> bundles;
  for (const char* stamp : stamps) {
    bundles.push_back({.path = std::string("/store/web/") + stamp, .stamp = stamp});
  }
  return bundles;
}

TEST(Series, EndsWhereTheClockWasSetBack) {
  // Two of them came within a minute; how long before that the third came, no clock tells.
  const auto statement = SeriesStatement(
      Verdict{}, Stamped({"20261121T031244Z", "20261121T031204Z", "20261121T033204Z"}));
  ASSERT_TRUE(statement);
  EXPECT_TRUE(statement->text.starts_with("the 2nd in 40 s")) << statement->text;
  EXPECT_FALSE(SeriesStatement(Verdict{}, Stamped({"20261121T031244Z", "20261121T031245Z"})));
}

TEST(Series, EndsAtAStampThatIsNoTime) {
  EXPECT_FALSE(SeriesStatement(Verdict{}, Stamped({"20261121T031244Z", "20261399T031204Z"})));
}

}  // namespace
}  // namespace headroom
