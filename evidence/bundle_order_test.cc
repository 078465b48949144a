#include "evidence/bundle_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "base/testing/faults.h"
#include "base/testing/temporary_directory.h"
#include "evidence/bundle_name.h"
#include "evidence/incident.h"
#include "evidence/testing/drafts.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kNoon = 1763726400s;  // 2025-11-21 12:00:00

/// Bundles of containers that die while somebody sets the clock.
class BundleOrderTest : public testing::Test {
 protected:
  /// So long after boot the clock shows that time.
  Store::Draft DiedAt(BootTime boot, WallTime wall, const std::string& id = "web") {
    Store::Draft draft = OomDraft();
    draft.container.id = id;
    draft.container.boot_id = boot_id_;
    draft.incident = {draft.container.GenerationKey(), kills_, kills_ + 1};
    ++kills_;
    draft.at = wall;
    draft.sections.push_back(
        MadeSection("incident.json", SerializeIncident({.generation = draft.incident.generation,
                                                        .oom_kill_from = draft.incident.from,
                                                        .oom_kill_to = draft.incident.to,
                                                        .confidence = "observed",
                                                        .detected_by = "memory.events",
                                                        .detected_boot = boot,
                                                        .detected_wall = wall})));
    return draft;
  }
  std::string Publish(const Store::Draft& draft) {
    const auto path = store_.Publish(draft);
    EXPECT_TRUE(path.has_value()) << path.error().Message();
    return path.value_or("");
  }
  std::vector<std::string> NewestFirst() {
    const auto entries = store_.List();
    std::vector<std::string> paths;
    for (const BundleEntry& entry : *entries) paths.push_back(entry.path);
    return paths;
  }

  TemporaryDirectory dir_;
  Store store_{dir_.path() + "/bundles"};
  std::string boot_id_ = "3b0c5f0e-5c0c-4b8a-9d53-0d7f6b0f3a11";
  std::uint64_t kills_ = 0;
};

using Paths = std::vector<std::string>;

TEST_F(BundleOrderTest, WhoseClockIsNeverSetBackHasPlainNames) {
  const auto first = Publish(DiedAt(10s, kNoon));
  const auto second = Publish(DiedAt(20s, kNoon + 10s));
  EXPECT_EQ(NewestFirst(), (Paths{second, first}));
  EXPECT_NE(second.find("/20251121T120010Z-oom-kill-"), std::string::npos) << second;
}

TEST_F(BundleOrderTest, WhatHappensAfterTheClockWasSetBackIsNewer) {
  const auto first = Publish(DiedAt(10s, kNoon));
  const auto second = Publish(DiedAt(20s, kNoon - 1h));
  const auto third = Publish(DiedAt(30s, kNoon - 1h + 10s));
  EXPECT_EQ(NewestFirst(), (Paths{third, second, first}));
  EXPECT_NE(second.find("/20251121T110000Z.1-oom-kill-"), std::string::npos)
      << "the time that the clock showed, and what puts it behind the other: " << second;
  EXPECT_NE(third.find("/20251121T110010Z.1-oom-kill-"), std::string::npos) << third;
}

TEST_F(BundleOrderTest, EachStepBackIsAnotherEraAndAStepForwardIsNone) {
  Paths published = {Publish(DiedAt(10s, kNoon)),         Publish(DiedAt(20s, kNoon - 1h)),
                     Publish(DiedAt(30s, kNoon + 24h)),   Publish(DiedAt(40s, kNoon)),
                     Publish(DiedAt(50s, kNoon - 24h)),   Publish(DiedAt(60s, kNoon - 1h)),
                     Publish(DiedAt(70s, kNoon + 1000h)), Publish(DiedAt(80s, kNoon + 80s))};
  const Paths names = NewestFirst();
  std::ranges::reverse(published);
  EXPECT_EQ(names, published);
  EXPECT_EQ(EraOf(store_.List()->front().stamp), 4U);
}

TEST_F(BundleOrderTest, ContainersOfOneStoreAreInOneOrder) {
  const auto web = Publish(DiedAt(10s, kNoon));
  const auto db = Publish(DiedAt(20s, kNoon - 1h, "db"));
  EXPECT_EQ(NewestFirst(), (Paths{db, web}));
  EXPECT_EQ(store_.ListContainer("runc-db")->front().path, db);
}

TEST_F(BundleOrderTest, WhatIsOnlyPublishedLaterIsNotNewer) {
  const auto db = Publish(DiedAt(20s, kNoon + 10s, "db"));
  const auto web = Publish(DiedAt(10s, kNoon));  // its incident was open for longer
  EXPECT_EQ(NewestFirst(), (Paths{db, web}));
  EXPECT_EQ(EraOf(store_.List()->back().stamp), 0U);
}

TEST_F(BundleOrderTest, WhatHappenedAtOnceIsNoStepOfTheClock) {
  (void)Publish(DiedAt(10s, kNoon, "db"));
  (void)Publish(DiedAt(10s + 10ms, kNoon - 1ms));  // its wall clock was read first
  EXPECT_EQ(EraOf(store_.List()->front().stamp), 0U);
  EXPECT_EQ(EraOf(store_.List()->back().stamp), 0U);
}

TEST_F(BundleOrderTest, ABootWithAClockOfBeforeIsNewer) {
  const auto before = Publish(DiedAt(5000s, kNoon));
  boot_id_ = "77777777-5c0c-4b8a-9d53-0d7f6b0f3a11";
  const auto after = Publish(DiedAt(10s, 60s));  // a board without a clock of its own
  EXPECT_EQ(NewestFirst(), (Paths{after, before}));
}

TEST_F(BundleOrderTest, ARefusalIsOfTheMomentOfItsEnrolment) {
  const auto first = Publish(DiedAt(10s, kNoon));
  Store::Draft denial = OomDraft();
  denial.kind = BundleKind::kDenied;
  denial.at = kNoon - 1h;
  denial.container.enrolled_boot = 20s;
  const auto second = Publish(denial);
  EXPECT_EQ(NewestFirst(), (Paths{second, first}));
}

/// Nobody can tell; what is certain is that it has to be written.
TEST_F(BundleOrderTest, BesideABundleThatCannotBeReadTheStampDecides) {
  const auto first = Publish(DiedAt(10s, kNoon));
  std::filesystem::remove(first + "/container.json");
  const auto second = Publish(DiedAt(20s, kNoon - 1h));
  EXPECT_EQ(NewestFirst(), (Paths{first, second}));
}

TEST_F(BundleOrderTest, BesideAFolderThatCannotBeReadTheOthersSayWhichEraItIs) {
  (void)Publish(DiedAt(10s, kNoon, "db"));
  const auto before = Publish(DiedAt(20s, kNoon - 1h));
  bool struck = true;
  for (std::size_t at = 0; struck; ++at) {
    const Store::Draft draft =
        DiedAt(30s + at * 1s, kNoon - 1h + std::chrono::seconds(at + 1), "web");
    const FaultPlan plan(at, Fault::kFails, EIO, "openat");
    const auto path = store_.Publish(draft);
    struck = plan.struck() != nullptr;
    if (!path) continue;  // it is tried again
    // runc-db has none of the second era, so that which of the two cannot be read makes no odds.
    EXPECT_NE(path->find("Z.1-oom-kill-"), std::string::npos) << at << ": " << *path;
  }
  EXPECT_EQ(EraOf(store_.List()->front().stamp), 1U);
  EXPECT_EQ(NewestFirst().at(NewestFirst().size() - 2), before);
}

TEST_F(BundleOrderTest, ASnapThatIsTakenTwiceInASecondStaysInItsEra) {
  (void)Publish(DiedAt(10s, kNoon));
  Store::Draft snap = DiedAt(20s, kNoon - 1h);
  snap.kind = BundleKind::kSnap;
  snap.incident.from = snap.incident.to = 1;
  const auto one = Publish(snap);
  const auto two = Publish(snap);
  EXPECT_NE(one.find("/20251121T110000Z.1-snap-"), std::string::npos) << one;
  EXPECT_NE(two.find("/20251121T110001Z.1-snap-"), std::string::npos) << two;
}

TEST(EraOf, IsNoneWhereTheStampStatesNone) {
  EXPECT_EQ(EraOf("20251121T120000Z"), 0U);
  EXPECT_EQ(EraOf("20251121T120000Z.7"), 7U);
  EXPECT_EQ(EraOf("20251121T120000Z."), 0U);
  EXPECT_EQ(EraOf(""), 0U);
}

}  // namespace
}  // namespace headroom
