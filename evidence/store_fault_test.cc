#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>

#include "base/testing/faults.h"
#include "base/testing/temporary_directory.h"
#include "evidence/evidence.h"
#include "evidence/pack/check.h"
#include "evidence/store.h"
#include "evidence/testing/drafts.h"

namespace headroom {
namespace {

namespace fs = std::filesystem;

/// More calls than publishing takes, so that a loop over them ends by itself.
constexpr std::size_t kMostCalls = 500;

class StoreFaultTest : public testing::Test {
 protected:
  /// What readers see: every bundle as it was published, each incident once.
  void ExpectWhole(const std::string& when) const {
    const auto bundles = store_.List();
    ASSERT_TRUE(bundles) << when << ": " << bundles.error().Message();
    std::set<std::string> incidents;
    for (const BundleEntry& bundle : *bundles) {
      EXPECT_TRUE(incidents.insert(bundle.incident).second) << when << ": twice: " << bundle.path;
      const auto files = ReadBundleDirectory(bundle.path);
      ASSERT_TRUE(files) << when << ": " << files.error().Message();
      const BundleCheck check = CheckBundle(*files);
      for (const BundleFault& fault : check.faults) {
        ADD_FAILURE() << when << ": " << bundle.path << ": " << fault.file << " " << fault.what;
      }
    }
  }
  [[nodiscard]] std::size_t Count() const { return store_.List().value().size(); }
  /// What is left in incoming/ when a supervisor has started.
  void ExpectSwept(const std::string& when) const {
    ASSERT_TRUE(store_.Sweep()) << when;
    EXPECT_TRUE(fs::is_empty(store_.dir() + "/incoming")) << when;
  }
  /// As the supervisor does in 30 s, or after its next start.
  void ExpectNextAttemptHasIt(const std::string& when) const {
    const auto again = store_.Publish(OomDraft());
    const bool was_there = !again && again.error().code == ErrorCode::kExists;
    EXPECT_TRUE(again || was_there) << when << ": " << again.error().Message();
    EXPECT_EQ(Count(), 1U) << when;
    ExpectWhole(when);
    const auto accounted = store_.AccountedUpTo(OomDraft().container);
    ASSERT_TRUE(accounted) << when;
    EXPECT_EQ(*accounted, 1U) << when;
  }
  /// False: publishing makes fewer calls. `calls` gets the name of the one that was struck.
  bool PublishStruck(std::size_t at, Fault fault, int error, std::set<std::string>& calls) {
    std::optional<Result<std::string>> published;
    const char* struck = nullptr;
    {
      const FaultPlan plan(at, fault, error);
      published = store_.Publish(OomDraft());
      struck = plan.struck();
    }
    if (struck == nullptr) return false;
    calls.insert(struck);
    const std::string when = fmt::format("call {}, {}, errno {}", at, struck, error);
    ExpectWhole(when);
    if (*published) {
      EXPECT_EQ(Count(), 1U) << when;
    } else {
      EXPECT_FALSE(published->error().Message().empty()) << when;
    }
    return true;
  }
  void Clear() const { fs::remove_all(store_.dir()); }

  TemporaryDirectory dir_;
  Store store_{dir_.path() + "/bundles"};
};

TEST_F(StoreFaultTest, WhicheverCallFailsThereIsNoHalfBundleAndTheNextAttemptHasItWhole) {
  for (const int error : {EIO, ENOSPC}) {
    std::set<std::string> calls;
    std::size_t at = 0;
    while (at < kMostCalls && PublishStruck(at, Fault::kFails, error, calls)) {
      const std::string when = fmt::format("after the failure of call {}", at);
      ExpectNextAttemptHasIt(when);
      ExpectSwept(when);
      Clear();
      ++at;
    }
    EXPECT_LT(at, kMostCalls);
    for (const char* call : {"openat", "write", "fsync", "renameat", "mkdirat", "fstat", "flock"}) {
      EXPECT_TRUE(calls.contains(call)) << call << " was never struck";
    }
  }
}

TEST_F(StoreFaultTest, OnADiskThatIsGoneNothingIsHalfAndTheNextAttemptHasItWhole) {
  std::set<std::string> calls;
  std::size_t at = 0;
  while (at < kMostCalls && PublishStruck(at, Fault::kAllFail, EIO, calls)) {
    const std::string when = fmt::format("after a disk that was gone from call {} on", at);
    ExpectNextAttemptHasIt(when);
    ExpectSwept(when);
    Clear();
    ++at;
  }
  EXPECT_GT(at, 20U);
  EXPECT_LT(at, kMostCalls);
}

TEST_F(StoreFaultTest, AShortWriteOrReadCostsNothing) {
  std::set<std::string> calls;
  std::size_t at = 0;
  while (at < kMostCalls && PublishStruck(at, Fault::kShort, 0, calls)) {
    EXPECT_EQ(Count(), 1U) << "call " << at;
    Clear();
    ++at;
  }
  EXPECT_TRUE(calls.contains("write"));
}

TEST_F(StoreFaultTest, WhereverTheProcessDiesTheNextOneHasTheBundleOnceAndWhole) {
  std::size_t at = 0;
  for (; at < kMostCalls; ++at) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const FaultPlan plan(at, Fault::kProcessDies, 0);
      (void)store_.Publish(OomDraft());
      _exit(0);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    const std::string when = fmt::format("died before call {}", at);
    ExpectWhole(when);
    if (fs::exists(store_.dir() + "/incoming")) ExpectSwept(when);
    ExpectNextAttemptHasIt(when);
    Clear();
    if (WEXITSTATUS(status) != kDiedOfFault) break;
  }
  EXPECT_GT(at, 20U);
  EXPECT_LT(at, kMostCalls);
}

TEST_F(StoreFaultTest, WhicheverCallOfARemovalFailsOtherBundlesStayWhole) {
  for (std::size_t at = 0; at < kMostCalls; ++at) {
    Store::Draft other = OomDraft();
    other.incident.from = 1;
    other.incident.to = 2;
    ASSERT_TRUE(store_.Publish(OomDraft()));
    ASSERT_TRUE(store_.Publish(other));
    const BundleEntry oldest = store_.List().value().back();
    const char* struck = nullptr;
    {
      const FaultPlan plan(at, Fault::kFails, EIO);
      (void)store_.Remove(oldest);
      struck = plan.struck();
    }
    const std::string when = fmt::format("removal with a failure of call {}", at);
    ExpectWhole(when);
    EXPECT_GE(Count(), 1U) << when;
    ExpectSwept(when);
    Clear();
    if (struck == nullptr) {
      EXPECT_GT(at, 10U);
      return;
    }
  }
  FAIL() << "a removal makes no end of calls";
}

/// As on a file system that has no inode left, or no block: what is to make room needs none.
TEST_F(StoreFaultTest, ABundleIsRemovedWhereNoDirectoryCanBeMade) {
  ASSERT_TRUE(store_.Publish(OomDraft()));
  const FaultPlan plan(0, Fault::kAllFail, ENOSPC, "mkdirat");
  const auto removed = store_.Remove(store_.List().value().front());
  EXPECT_TRUE(removed) << removed.error().Message();
  EXPECT_EQ(Count(), 0U);
  EXPECT_TRUE(fs::is_empty(store_.dir() + "/incoming"));
  EXPECT_FALSE(store_.Publish(OomDraft())) << "the fault strikes";
}

TEST_F(StoreFaultTest, WhereverTheProcessDiesInARemovalWhatIsLeftIsSweptAndNeverListed) {
  std::size_t at = 0;
  for (; at < kMostCalls; ++at) {
    ASSERT_TRUE(store_.Publish(OomDraft()));
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const BundleEntry bundle = store_.List().value().front();
      const FaultPlan plan(at, Fault::kProcessDies, 0);
      (void)store_.Remove(bundle);
      _exit(0);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    const std::string when = fmt::format("died before call {}", at);
    ExpectWhole(when);
    ExpectSwept(when);
    Clear();
    if (WEXITSTATUS(status) != kDiedOfFault) break;
  }
  EXPECT_GT(at, 10U);
  EXPECT_LT(at, kMostCalls);
}

TEST_F(StoreFaultTest, WhicheverFolderCannotBeReadTheOthersAreListedAndItIsTold) {
  for (const char* id : {"db", "web"}) {
    Store::Draft draft = OomDraft();
    draft.container.id = id;
    ASSERT_TRUE(store_.Publish(draft));
  }
  std::set<std::string> told;
  for (std::size_t at = 0;; ++at) {
    ASSERT_LT(at, kMostCalls);
    const FaultPlan plan(at, Fault::kFails, EIO);
    const auto listing = store_.Look();
    if (plan.struck() == nullptr) break;
    const std::string when = fmt::format("call {}, {}", at, plan.struck());
    if (!listing) continue;  // of the store itself
    ASSERT_EQ(listing->unread.size(), 1U) << when;
    EXPECT_EQ(listing->bundles.size(), 1U) << when;
    const Store::Unread& unread = listing->unread.front();
    EXPECT_EQ(unread.error.where, store_.dir() + "/" + unread.container_dir) << when;
    EXPECT_NE(unread.container_dir, listing->bundles.front().container_dir) << when;
    told.insert(unread.container_dir);
  }
  EXPECT_EQ(told, (std::set<std::string>{"runc-db", "runc-web"}));
}

TEST(UnreadText, IsOneLineHoweverManyThereAre) {
  const Store::Unread one{.container_dir = "runc-web",
                          .error = SystemError("/store/runc-web", "cannot be opened", EIO).error()};
  EXPECT_EQ(UnreadText({one}), "/store/runc-web: cannot be opened (Input/output error)");
  EXPECT_TRUE(UnreadText({one, one}).ends_with("error), nor can 1 other"));
  EXPECT_TRUE(UnreadText({one, one, one}).ends_with("error), nor can 2 others"));
}

/// Too high a count would pass over kills that no bundle tells of.
TEST_F(StoreFaultTest, WhicheverCallFailsNoKillIsTakenForAccountedThatIsNot) {
  ASSERT_TRUE(store_.Publish(OomDraft()));
  for (const Fault fault : {Fault::kFails, Fault::kAllFail}) {
    std::set<std::string> calls;
    for (std::size_t at = 0;; ++at) {
      ASSERT_LT(at, kMostCalls);
      const FaultPlan plan(at, fault, EIO);
      const auto accounted = store_.AccountedUpTo(OomDraft().container);
      if (plan.struck() == nullptr) break;
      calls.insert(plan.struck());
      EXPECT_TRUE(!accounted || *accounted == 1U) << "call " << at << ", " << plan.struck();
    }
    EXPECT_TRUE(calls.contains("openat") && calls.contains("readdir"));
  }
}

TEST_F(StoreFaultTest, WhicheverCallOfASweepFailsNoBundleIsHarmedAndTheNextOneSweeps) {
  std::set<std::string> calls;
  for (std::size_t at = 0; at < kMostCalls; ++at) {
    ASSERT_TRUE(store_.Publish(OomDraft()));
    fs::create_directories(store_.dir() + "/incoming/half/before");
    std::ofstream(store_.dir() + "/incoming/half/before/smaps") << "torn";
    const char* struck = nullptr;
    bool swept = false;
    {
      const FaultPlan plan(at, Fault::kFails, EIO);
      swept = store_.Sweep().has_value();
      struck = plan.struck();
    }
    const std::string when = fmt::format("sweep with a failure of call {}", at);
    EXPECT_TRUE(!swept || fs::is_empty(store_.dir() + "/incoming")) << when;
    ExpectWhole(when);
    EXPECT_EQ(Count(), 1U) << when;
    ExpectSwept(when);
    Clear();
    if (struck == nullptr) {
      for (const char* call : {"openat", "unlinkat", "readdir", "flock"}) {
        EXPECT_TRUE(calls.contains(call)) << call << " was never struck";
      }
      return;
    }
    calls.insert(struck);
  }
  FAIL() << "a sweep makes no end of calls";
}

TEST_F(StoreFaultTest, WhicheverCallFailsABundleIsReadWholeOrNotAtAll) {
  const auto path = store_.Publish(OomDraft());
  ASSERT_TRUE(path);
  const Evidence whole = ReadBundle(*path).value();
  for (const Fault fault : {Fault::kFails, Fault::kAllFail, Fault::kShort}) {
    for (std::size_t at = 0;; ++at) {
      ASSERT_LT(at, kMostCalls);
      const FaultPlan plan(at, fault, EIO);
      const auto read = ReadBundle(*path);
      if (plan.struck() == nullptr) break;
      const std::string when = fmt::format("call {}, {}", at, plan.struck());
      if (!read) {
        EXPECT_NE(fault, Fault::kShort) << when;
        EXPECT_FALSE(read.error().Message().empty()) << when;
        continue;
      }
      EXPECT_EQ(read->kind, whole.kind) << when;
      EXPECT_TRUE(read->files == whole.files) << when << ": it is not all there";
    }
  }
}

}  // namespace
}  // namespace headroom
