#include "policy/parse/suggest.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

TEST(EditDistance, CountsChangesAdditionsAndNeighboursSwapped) {
  EXPECT_EQ(EditDistance("", ""), 0U);
  EXPECT_EQ(EditDistance("", "abc"), 3U);
  EXPECT_EQ(EditDistance("mode", "mode"), 0U);
  EXPECT_EQ(EditDistance("mdoe", "mode"), 1U);
  EXPECT_EQ(EditDistance("mod", "mode"), 1U);
  EXPECT_EQ(EditDistance("moode", "mode"), 1U);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3U);
  EXPECT_EQ(EditDistance("Shm_Sized", "shm-sized"), 0U) << "the way it is written aside";
}

TEST(EditDistance, IsTheSameBothWays) {
  for (const char* a : {"", "a", "mode", "rules", "profiles", "abcabc"}) {
    for (const char* b : {"", "b", "edom", "rule", "profile", "bcabca"}) {
      EXPECT_EQ(EditDistance(a, b), EditDistance(b, a)) << a << " " << b;
    }
  }
}

TEST(DidYouMean, NamesTheNearestWhereOneIsNear) {
  const std::vector<std::string_view> keys = {"mode", "profile", "profiles", "rules"};
  EXPECT_EQ(DidYouMean("profils", keys), "did you mean \"profile\"?");
  EXPECT_EQ(DidYouMean("profiless", keys), "did you mean \"profiles\"?");
  EXPECT_EQ(DidYouMean("Mode", keys), "did you mean \"mode\"?");
  EXPECT_EQ(DidYouMean("colour", keys), "");
  EXPECT_EQ(DidYouMean("", keys), "");
  EXPECT_EQ(DidYouMean("xyz", {"abc"}), "") << "nothing in common";
  EXPECT_EQ(DidYouMean(std::string(100'000, 'm'), keys), "");
}

}  // namespace
}  // namespace headroom
