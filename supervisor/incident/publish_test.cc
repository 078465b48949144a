#include "supervisor/incident/publish.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "base/log.h"
#include "container/testing/fake_host.h"
#include "evidence/testing/drafts.h"
#include "evidence/unwritten.h"
#include "supervisor/incident/around_sections.h"

namespace headroom {
namespace {

namespace fs = std::filesystem;

/// Of a container that was adopted while the store could not be read.
class ReportedPerhapsTest : public testing::Test {
 protected:
  ReportedPerhapsTest() { SetLogLevel(static_cast<LogLevel>(0)); }
  ~ReportedPerhapsTest() override { SetLogLevel(LogLevel::kInfo); }

  [[nodiscard]] CapturedIncident Kills(std::uint64_t from, std::uint64_t to) const {
    CapturedIncident incident;
    incident.container = container_;
    incident.id = {container_->GenerationKey(), from, to};
    incident.why_no_photograph = "the kill came first";
    incident.record.generation = incident.id.generation;
    incident.record.oom_kill_from = from;
    incident.record.oom_kill_to = to;
    return incident;
  }
  [[nodiscard]] CapturedIncident KillsReportedPerhaps(std::uint64_t from, std::uint64_t to) const {
    CapturedIncident incident = Kills(from, to);
    incident.may_be_reported = true;
    return incident;
  }
  [[nodiscard]] std::set<std::string> Ranges() const {
    std::set<std::string> ranges;
    const auto bundles = store_.List();
    for (const BundleEntry& bundle : bundles.value()) {
      ranges.insert(bundle.incident.substr(bundle.incident.find('-') + 1));
    }
    return ranges;
  }

  FakeHost host_;
  PublishPlaces places_{
      .host = host_.view(),
      .paths = {.run_dir = host_.path() + "/run", .store_dir = host_.path() + "/bundles"}};
  Store store_{places_.paths.store_dir};
  std::shared_ptr<const Enrolment> container_ = std::make_shared<const Enrolment>(MadeEnrolment());
};

TEST_F(ReportedPerhapsTest, KillsThatABundleHasAreNotWrittenAgain) {
  ASSERT_TRUE(PublishIncident(places_, Kills(0, 3)));
  EXPECT_TRUE(PublishIncident(places_, KillsReportedPerhaps(0, 2)));
  EXPECT_EQ(Ranges(), (std::set<std::string>{"0-3"}));
}

TEST_F(ReportedPerhapsTest, OfKillsThatABundleHasInPartTheRestIsWritten) {
  ASSERT_TRUE(PublishIncident(places_, Kills(0, 3)));
  EXPECT_TRUE(PublishIncident(places_, KillsReportedPerhaps(0, 5)));
  EXPECT_EQ(Ranges(), (std::set<std::string>{"0-3", "3-5"}));
}

TEST_F(ReportedPerhapsTest, KillsThatNoBundleHasAreWritten) {
  EXPECT_TRUE(PublishIncident(places_, KillsReportedPerhaps(0, 5)));
  EXPECT_EQ(Ranges(), (std::set<std::string>{"0-5"}));
}

/// What stands behind the gap is reported twice rather than the gap never.
TEST_F(ReportedPerhapsTest, ABundleBehindAGapHidesNoKillBeforeIt) {
  ASSERT_TRUE(PublishIncident(places_, Kills(4, 5)));
  EXPECT_TRUE(PublishIncident(places_, KillsReportedPerhaps(0, 5)));
  EXPECT_EQ(Ranges(), (std::set<std::string>{"0-5", "4-5"}));
}

TEST_F(ReportedPerhapsTest, WhileTheStoreCannotBeReadTheVerdictIsKeptAndNothingIsWritten) {
  std::ofstream(places_.paths.store_dir) << "no folder";
  EXPECT_FALSE(PublishIncident(places_, KillsReportedPerhaps(0, 1)));
  EXPECT_EQ(Unwritten(places_.paths.run_dir).List().value().size(), 1U);
  fs::remove(places_.paths.store_dir);
  EXPECT_TRUE(PublishIncident(places_, KillsReportedPerhaps(0, 1)));
  EXPECT_EQ(Ranges(), (std::set<std::string>{"0-1"}));
  EXPECT_EQ(Unwritten(places_.paths.run_dir).List().value().size(), 0U);
}

/// The store takes nothing for an hour, and meanwhile the host goes on.
class PublishedLateTest : public ReportedPerhapsTest {
 protected:
  [[nodiscard]] std::string InBundle(const std::string& file) const {
    const BundleEntry bundle = store_.List().value().at(0);
    return ReadFileAt(AT_FDCWD, bundle.path + "/" + file, 1U << 20U).value_or("");
  }
};

TEST_F(PublishedLateTest, HasWhatWasReadAtTheFirstAttemptAndTheVerdictOfThen) {
  CapturedIncident incident = KillsReportedPerhaps(0, 1);
  host_.Write("proc/meminfo", "MemTotal: 2097152 kB\nMemFree: 1 kB\n");
  incident.around = ReadAround(places_.host, incident, NowBoot());
  std::ofstream(places_.paths.store_dir) << "no folder";
  EXPECT_FALSE(PublishIncident(places_, incident));
  host_.Write("proc/meminfo", "MemTotal: 2097152 kB\nMemFree: 999999 kB\n");
  fs::remove(places_.paths.store_dir);
  EXPECT_TRUE(PublishIncident(places_, incident));
  EXPECT_EQ(InBundle("host/meminfo"), "MemTotal: 2097152 kB\nMemFree: 1 kB\n");
}

/// What a supervisor that ends still has of one container.
class PublishInOrderTest : public ReportedPerhapsTest {
 protected:
  static std::shared_future<bool> Before(bool published) {
    std::promise<bool> before;
    before.set_value(published);
    return before.get_future().share();
  }
};

TEST_F(PublishInOrderTest, WritesAllOfThem) {
  PublishInOrder(places_, {Kills(0, 1), Kills(1, 2)}, {});
  EXPECT_EQ(Ranges(), (std::set<std::string>{"0-1", "1-2"}));
  PublishInOrder(places_, {Kills(2, 3)}, Before(true));
  EXPECT_EQ(Ranges(), (std::set<std::string>{"0-1", "1-2", "2-3"}));
}

TEST_F(PublishInOrderTest, WritesNothingBehindOneThatWasNotPublished) {
  PublishInOrder(places_, {Kills(1, 2)}, Before(false));
  EXPECT_EQ(Ranges(), std::set<std::string>{});
}

TEST_F(PublishInOrderTest, EndsAtTheFirstThatTheStoreDoesNotTake) {
  // Its folder is none; that of the other container could be made.
  ASSERT_TRUE(PublishIncident(places_, Kills(0, 1)));
  const BundleEntry there = store_.List().value().front();
  const fs::path folder = fs::path(there.path).parent_path();
  fs::remove_all(folder);
  std::ofstream(folder) << "no folder";
  Enrolment other = *container_;
  other.id = "other";
  CapturedIncident behind = Kills(2, 3);
  behind.container = std::make_shared<const Enrolment>(other);
  PublishInOrder(places_, {Kills(1, 2), behind}, {});
  EXPECT_EQ(Ranges(), std::set<std::string>{});
  PublishInOrder(places_, {behind}, {});
  EXPECT_EQ(Ranges(), (std::set<std::string>{"2-3"})) << "it could have been written";
}

}  // namespace
}  // namespace headroom
