#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <filesystem>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/testing/faults.h"
#include "base/testing/memory_directory.h"
#include "container/enrolment/generation_notes.h"
#include "container/testing/fake_host.h"
#include "evidence/bundle_name.h"
#include "evidence/testing/drafts.h"
#include "supervisor/incident/publish.h"
#include "supervisor/registry/adoption.h"

namespace headroom {
namespace {

namespace fs = std::filesystem;

/// More calls than a life takes, so that a loop over them ends by itself.
constexpr std::size_t kMostCalls = 3000;

/// What a headroomd does with the kills of one container, from its adoption on: Supervisor and
/// WatchedContainer without their event loop.
class Life {
 public:
  explicit Life(PublishPlaces places) : places_(std::move(places)) {}

  /// By what the disk says. False: it cannot be read, and the container is not watched for now.
  [[nodiscard]] bool Adopt() {
    const auto entry = registry_.EntryOf(*container_);
    if (!registry_.Read(entry)) return false;
    const auto noted = GenerationNotes(registry_, entry).ReadAccounted();
    const auto accounted = Store(places_.paths.store_dir).AccountedUpTo(*container_, noted);
    store_unread_ = !accounted;
    seen_ = (accounted ? *accounted : noted).value_or(BaselineKills(*container_));
    return true;
  }
  /// The counter shows that many: an incident more. It is tried twice, in the order of kills.
  void See(std::uint64_t counted) {
    if (counted > seen_) waiting_.push_back(Incident(counted));
    for (int tries = 0; tries < 2 && !waiting_.empty(); ++tries) {
      while (!waiting_.empty() && Publish(waiting_.front())) waiting_.pop_front();
    }
  }

 private:
  CapturedIncident Incident(std::uint64_t counted) {
    CapturedIncident incident;
    incident.container = container_;
    incident.id = {container_->GenerationKey(), std::exchange(seen_, counted), counted};
    incident.may_be_reported = store_unread_;
    incident.why_no_photograph = "the kill came first";
    incident.record.generation = incident.id.generation;
    incident.record.oom_kill_from = incident.id.from;
    incident.record.oom_kill_to = counted;
    return incident;
  }
  [[nodiscard]] bool Publish(const CapturedIncident& incident) const {
    if (!PublishIncident(places_, incident)) return false;
    (void)GenerationNotes(registry_, *container_).NoteAccounted(incident.id.to);
    return true;
  }

  PublishPlaces places_;
  RegistryDir registry_{places_.paths.run_dir};
  std::shared_ptr<const Enrolment> container_ = std::make_shared<const Enrolment>(MadeEnrolment());
  bool store_unread_ = false;
  std::uint64_t seen_ = 0;
  std::deque<CapturedIncident> waiting_;
};

class AccountingFaultTest : public testing::Test {
 protected:
  AccountingFaultTest() { SetLogLevel(static_cast<LogLevel>(0)); }  // hundreds of the same lines
  ~AccountingFaultTest() override { SetLogLevel(LogLevel::kInfo); }

  /// A container with one kill that has its bundle, and perhaps a note of it.
  void Prepare(bool noted) {
    fs::remove_all(places_.paths.store_dir);
    fs::remove_all(places_.paths.run_dir);
    const RegistryDir registry(places_.paths.run_dir);
    ASSERT_TRUE(registry.Add(MadeEnrolment()));
    LiveOn({1});
    if (noted) return;
    ASSERT_TRUE(registry.Remove(registry.EntryOf(MadeEnrolment())));
    ASSERT_TRUE(registry.Add(MadeEnrolment()));
  }
  /// A headroomd that sees these counts, one after the other, and ends.
  void LiveOn(const std::vector<std::uint64_t>& counts) const {
    Life life(places_);
    if (!life.Adopt()) return;
    for (const std::uint64_t count : counts) life.See(count);
  }
  /// The kills that bundles account for, which must be without gap and overlap from the first on.
  [[nodiscard]] std::uint64_t Tiled(const std::string& when) const {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
    const auto bundles = Store(places_.paths.store_dir).List();
    EXPECT_TRUE(bundles) << when;
    for (const BundleEntry& bundle : bundles.value_or(std::vector<BundleEntry>{})) {
      const auto part = ParseIncidentPart(bundle.incident);
      ranges.emplace_back(part->from, part->to);
    }
    std::ranges::sort(ranges);
    std::uint64_t end = 0;
    for (const auto& [from, to] : ranges) {
      EXPECT_EQ(from, end) << when << ": a gap, or kills that are in two bundles";
      end = to;
    }
    return end;
  }
  /// What is found after whatever happened, and what the next headroomd makes of it.
  void ExpectTheNextLifeCompletesIt(const std::string& when) {
    const std::uint64_t tiled = Tiled(when);
    const RegistryDir registry(places_.paths.run_dir);
    const auto noted = GenerationNotes(registry, MadeEnrolment()).ReadAccounted();
    EXPECT_LE(noted.value_or(0), tiled) << when << ": what is noted has no bundle";
    LiveOn({4, 5});
    EXPECT_EQ(Tiled(when + ", and the next life"), 5U);
    LiveOn({5});
    EXPECT_EQ(Tiled(when + ", and one that sees nothing new"), 5U);
  }
  /// Strikes a life that sees two incidents more. Returns how many of its calls were struck.
  std::size_t Strike(bool noted, Fault fault, int error) {
    for (std::size_t at = 0; at < kMostCalls; ++at) {
      Prepare(noted);
      const char* struck = nullptr;
      {
        const FaultPlan plan(at, fault, error);
        LiveOn({2, 3});
        struck = plan.struck();
      }
      ExpectTheNextLifeCompletesIt(fmt::format("fault {}, call {}, {}", static_cast<int>(fault), at,
                                               struck == nullptr ? "none" : struck));
      if (struck == nullptr || HasFailure()) return at;
    }
    ADD_FAILURE() << "it makes no end of calls";
    return 0;
  }

  FakeHost host_;
  MemoryDirectory memory_;
  PublishPlaces places_{
      .host = host_.view(),
      .paths = {.run_dir = memory_.path() + "/run", .store_dir = memory_.path() + "/bundles"}};
};

TEST_F(AccountingFaultTest, WhicheverCallFailsEveryKillIsInOneBundleInTheEnd) {
  EXPECT_GT(Strike(true, Fault::kFails, EIO), 100U);
  EXPECT_GT(Strike(true, Fault::kAllFail, EIO), 100U);
  EXPECT_GT(Strike(true, Fault::kShort, 0), 3U);
}

TEST_F(AccountingFaultTest, SoItIsWhereNothingWasNotedOfTheBundlesThatAreThere) {
  EXPECT_GT(Strike(false, Fault::kFails, ENOSPC), 100U);
}

TEST_F(AccountingFaultTest, WhereverHeadroomdDiesEveryKillIsInOneBundleInTheEnd) {
  std::size_t at = 0;
  for (; at < kMostCalls && !HasFailure(); ++at) {
    Prepare(true);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const FaultPlan plan(at, Fault::kProcessDies, 0);
      LiveOn({2, 3});
      _exit(0);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    ExpectTheNextLifeCompletesIt(fmt::format("died before call {}", at));
    if (WEXITSTATUS(status) != kDiedOfFault) break;
  }
  EXPECT_GT(at, 100U);
  EXPECT_LT(at, kMostCalls);
}

}  // namespace
}  // namespace headroom
