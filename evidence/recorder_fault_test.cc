#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <set>

#include "base/testing/faults.h"
#include "base/testing/temporary_directory.h"
#include "evidence/recorder.h"

namespace headroom {
namespace {

namespace fs = std::filesystem;

/// More calls than opening takes, so that a loop over them ends by itself.
constexpr std::size_t kMostCalls = 100;

class RecorderFaultTest : public testing::Test {
 protected:
  /// A ring with one sample in it, as the supervisor before left it.
  void LeaveRing() const {
    auto recorder = Recorder::Open(path_);
    ASSERT_TRUE(recorder) << recorder.error().Message();
    recorder->Add({.at = BootTime(1), .current = Bytes{4096}});
  }
  void LeaveForeignFile() const { dir_.Write("recorder", "no ring"); }
  void Clear() const {
    for (const auto& entry : fs::directory_iterator(dir_.path())) fs::remove_all(entry);
  }
  /// The next attempt has it, and what is half made lies in nobody's way.
  void ExpectNextAttemptHasIt(std::size_t samples, const std::string& when) const {
    auto recorder = Recorder::Open(path_);
    ASSERT_TRUE(recorder) << when << ": " << recorder.error().Message();
    recorder->Add({.at = BootTime(2), .current = Bytes{8192}});
    const auto recording = ReadRecording(path_);
    ASSERT_TRUE(recording) << when;
    EXPECT_EQ(recording->samples.size(), samples + 1) << when;
    EXPECT_EQ(fs::file_size(path_), Recorder::kFileBytes) << when;
  }
  /// False: opening makes fewer calls.
  bool OpenStruck(std::size_t at, Fault fault, int error, std::set<std::string>& calls) {
    const FaultPlan plan(at, fault, error);
    const auto recorder = Recorder::Open(path_);
    if (plan.struck() == nullptr) return false;
    struck_ = plan.struck();
    calls.insert(struck_);
    EXPECT_TRUE(recorder || !recorder.error().Message().empty());
    return true;
  }

  TemporaryDirectory dir_;
  std::string struck_;
  std::string path_ = dir_.path() + "/recorder";
};

TEST_F(RecorderFaultTest, WhicheverCallFailsANewRingIsMadeByTheNextAttempt) {
  for (const Fault fault : {Fault::kFails, Fault::kAllFail, Fault::kShort}) {
    std::set<std::string> calls;
    std::size_t at = 0;
    for (; at < kMostCalls && OpenStruck(at, fault, ENOSPC, calls); ++at) {
      ExpectNextAttemptHasIt(0, fmt::format("call {}", at));
      Clear();
    }
    EXPECT_LT(at, kMostCalls);
    if (fault == Fault::kShort) continue;
    for (const char* call : {"openat", "posix_fallocate", "write", "rename"}) {
      EXPECT_TRUE(calls.contains(call)) << call << " was never struck";
    }
  }
}

TEST_F(RecorderFaultTest, AFileThatIsNoRingIsReplacedWholeOrLeftAlone) {
  std::set<std::string> calls;
  for (std::size_t at = 0; at < kMostCalls; ++at) {
    LeaveForeignFile();
    const bool struck = OpenStruck(at, Fault::kFails, EIO, calls);
    const auto size = fs::file_size(path_);
    EXPECT_TRUE(size == 7 || ReadRecording(path_)) << "call " << at << ": " << size << " bytes";
    ExpectNextAttemptHasIt(0, fmt::format("call {}", at));
    Clear();
    if (!struck) return;
  }
  FAIL() << "opening makes no end of calls";
}

/// Where its bytes cannot be read at all a new one takes its place: rather the timeline from now on
/// than none for as long as the container lives.
TEST_F(RecorderFaultTest, OnlyAFailureToReadItCostsTheSamplesOfTheRingThatIsThere) {
  for (const int error : {EIO, ENOSPC}) {
    std::set<std::string> calls;
    std::size_t at = 0;
    LeaveRing();
    for (; at < kMostCalls && OpenStruck(at, Fault::kFails, error, calls); ++at) {
      const bool unread = struck_ == "read" || struck_ == "pread";
      ExpectNextAttemptHasIt(unread ? 0 : 1, fmt::format("call {}, {}", at, struck_));
      Clear();
      LeaveRing();
    }
    EXPECT_LT(at, kMostCalls);
    for (const char* call : {"openat", "fstat", "posix_fallocate"}) {
      EXPECT_TRUE(calls.contains(call)) << call << " was never struck";
    }
    Clear();
  }
}

TEST_F(RecorderFaultTest, WhereverTheProcessDiesTheNextOneHasARing) {
  for (std::size_t at = 0; at < kMostCalls; ++at) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const FaultPlan plan(at, Fault::kProcessDies, 0);
      (void)Recorder::Open(path_);
      _exit(0);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_TRUE(!fs::exists(path_) || ReadRecording(path_)) << "died before call " << at;
    ExpectNextAttemptHasIt(0, fmt::format("died before call {}", at));
    Clear();
    if (WEXITSTATUS(status) != kDiedOfFault) return;
  }
  FAIL() << "opening makes no end of calls";
}

}  // namespace
}  // namespace headroom
