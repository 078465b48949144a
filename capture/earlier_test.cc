#include "capture/earlier.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

using namespace std::chrono_literals;

constexpr ProcessId kProcess{.pid = 7, .start_ticks = 70};

Photograph PhotographOf(BootTime at, Outcome outcome = Outcome::kComplete) {
  Photograph photograph;
  photograph.processes = {kProcess};
  photograph.largest = kProcess.pid;
  photograph.smaps_at = at;
  Section map;
  map.row.section = "before/smaps/7";
  map.row.outcome = outcome;
  map.bytes = "5000-6000 rw-p 00000000 00:00 0 [heap]\nRss: 4 kB\nVmFlags: rd wr \n";
  photograph.sections.push_back(map);
  return photograph;
}

TEST(EarlierMapOf, IsTheMapOfThePhotographBefore) {
  const Photograph previous = PhotographOf(10s);
  const auto earlier = EarlierMapOf(&previous, kProcess, 11s);
  ASSERT_TRUE(earlier.has_value());
  EXPECT_EQ(earlier->id, kProcess);
  EXPECT_EQ(earlier->taken, 10s);
  ASSERT_EQ(earlier->groups.size(), 1U);
  EXPECT_EQ(earlier->groups[0].name, "heap");
  EXPECT_EQ(earlier->groups[0].rss, Kibibytes(4));
}

TEST(EarlierMapOf, IsTheOneBeforeThatWhereTheTwoAreTooNear) {
  Photograph previous = PhotographOf(10s);
  EXPECT_EQ(EarlierMapOf(&previous, kProcess, 10s + 999ms), std::nullopt);
  previous.earlier = EarlierMap{.id = kProcess, .taken = 8s, .groups = {}};
  EXPECT_EQ(EarlierMapOf(&previous, kProcess, 10s)->taken, 8s) << "the same map, kept";
  previous.earlier->id.start_ticks = 1;
  EXPECT_EQ(EarlierMapOf(&previous, kProcess, 10s), std::nullopt);
}

TEST(EarlierMapOf, IsNeverThatOfAnotherProcess) {
  const Photograph previous = PhotographOf(10s);
  EXPECT_EQ(EarlierMapOf(&previous, {.pid = 8, .start_ticks = 70}, 20s), std::nullopt);
  EXPECT_EQ(EarlierMapOf(&previous, {.pid = 7, .start_ticks = 71}, 20s), std::nullopt);
}

TEST(EarlierMapOf, NeedsAWholeMap) {
  EXPECT_EQ(EarlierMapOf(nullptr, kProcess, 20s), std::nullopt);
  const Photograph empty;
  EXPECT_EQ(EarlierMapOf(&empty, kProcess, 20s), std::nullopt);
  const Photograph partial = PhotographOf(10s, Outcome::kPartial);
  EXPECT_EQ(EarlierMapOf(&partial, kProcess, 20s), std::nullopt);
  Photograph cut = PhotographOf(10s);
  cut.sections[0].bytes.resize(50);
  EXPECT_EQ(EarlierMapOf(&cut, kProcess, 20s), std::nullopt);
  cut.sections[0].bytes = "nonsense\n";
  EXPECT_EQ(EarlierMapOf(&cut, kProcess, 20s), std::nullopt);
}

}  // namespace
}  // namespace headroom
