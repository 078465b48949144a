#include "supervisor/incident/pace.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

using namespace std::chrono_literals;

constexpr BootTime kStart = 5h;

TEST(IncidentPace, LetsTheFirstOnesPassAtOnce) {
  IncidentPace pace;
  for (int i = 0; i < IncidentPace::kAtOnce; ++i) {
    EXPECT_LE(pace.Earliest(), kStart) << "incident " << i;
    pace.OnClosed(kStart);
  }
  EXPECT_EQ(pace.Earliest(), kStart + IncidentPace::kInterval);
}

TEST(IncidentPace, ThenLetsOnePassAMinute) {
  IncidentPace pace;
  for (int i = 0; i < IncidentPace::kAtOnce; ++i) pace.OnClosed(kStart);
  BootTime now = kStart;
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(pace.Earliest() - now, IncidentPace::kInterval);
    now = pace.Earliest();
    pace.OnClosed(now);
  }
}

TEST(IncidentPace, IsAsAtFirstAfterARest) {
  IncidentPace pace;
  for (int i = 0; i < IncidentPace::kAtOnce; ++i) pace.OnClosed(kStart);
  const BootTime later = kStart + IncidentPace::kAtOnce * IncidentPace::kInterval;
  for (int i = 0; i < IncidentPace::kAtOnce; ++i) {
    EXPECT_LE(pace.Earliest(), later);
    pace.OnClosed(later);
  }
  EXPECT_GT(pace.Earliest(), later);
}

TEST(IncidentPace, TenMinutesOfAKillASecondMakeNoMoreThanThirtyBundles) {
  IncidentPace pace;
  int closed = 0;
  for (BootTime now = kStart; now < kStart + 10min; now += 1s) {
    if (pace.Earliest() > now) continue;
    pace.OnClosed(now);
    ++closed;
  }
  EXPECT_EQ(closed, IncidentPace::kAtOnce + 9);
}

}  // namespace
}  // namespace headroom
