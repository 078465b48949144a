#include "supervisor/tripwire/let_through.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

using namespace std::chrono_literals;

TEST(WhyLetThrough, SaysWhenItWasMetAndWhatWasSeenThen) {
  const LetThrough met{.at = 10s, .most_unreclaimable = Mebibytes(3), .high = Mebibytes(60)};
  EXPECT_EQ(
      WhyLetThrough(met, 10350ms),
      "the tripwire was down when the kill came: it was met 350 ms before that was noticed, "
      "and lifted, as no more than 3 MiB of its 60 MiB seemed to be what reclaim cannot free");
}

TEST(WhyLetThrough, OfMemoryThatCouldNotBeReadSaysSo) {
  const LetThrough met{.at = 10s, .most_unreclaimable = {}, .high = Mebibytes(60)};
  EXPECT_EQ(WhyLetThrough(met, 10s),
            "the tripwire was down when the kill came: it was met 0 ms before that was noticed, "
            "and lifted, as its memory could not be read");
}

TEST(WhyLetThrough, ALookThatCameBehindTheKillIsNoTimeBeforeIt) {
  const LetThrough met{.at = 11s, .most_unreclaimable = Bytes{0}, .high = Mebibytes(60)};
  EXPECT_NE(WhyLetThrough(met, 10s).find("met 0 ms before"), std::string::npos);
}

}  // namespace
}  // namespace headroom
