#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <set>

#include "base/testing/faults.h"
#include "base/testing/temporary_directory.h"
#include "supervisor/registry/level_notes.h"

namespace headroom {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// More calls than writing one takes, so that a loop over them ends by itself.
constexpr std::size_t kMostCalls = 100;
constexpr std::uint64_t kInode = 42;
const LevelNotes::Note kOld{.kills = 9, .at = 5s};
const LevelNotes::Note kNew{.kills = 123456, .at = 6s};

class LevelNotesFaultTest : public testing::Test {
 protected:
  /// With a note that is there already; or in a directory that is not.
  void Prepare(bool first) const {
    fs::remove_all(dir_.path() + "/levels");
    if (first) return;
    ASSERT_TRUE(notes_.Write(kInode, kOld));
  }
  /// A number that nobody noted would have kills told twice, or never.
  void ExpectOldOrNew(bool first, bool done, const std::string& when) const {
    const auto note = notes_.Read(kInode);
    const auto old = first ? std::nullopt : std::optional(kOld);
    EXPECT_TRUE(note == kNew || (!done && note == old)) << when;
    notes_.KeepOnly({kInode});  // what a struck write left is swept by the next headroomd
    EXPECT_TRUE(notes_.Write(kInode, kNew)) << when;
    EXPECT_EQ(notes_.Read(kInode), kNew) << when;
  }

  TemporaryDirectory dir_;
  LevelNotes notes_{dir_.path()};
};

TEST_F(LevelNotesFaultTest, WhicheverCallFailsTheNoteIsTheOldOneOrTheNewOne) {
  for (const bool first : {true, false}) {
    for (const Fault fault : {Fault::kFails, Fault::kAllFail, Fault::kShort}) {
      std::set<std::string> calls;
      for (std::size_t at = 0;; ++at) {
        ASSERT_LT(at, kMostCalls);
        Prepare(first);
        const char* struck = nullptr;
        bool done = false;
        {
          const FaultPlan plan(at, fault, EIO);
          done = notes_.Write(kInode, kNew).has_value();
          struck = plan.struck();
        }
        ExpectOldOrNew(first, done,
                       fmt::format("call {}, {}", at, struck == nullptr ? "none" : struck));
        if (struck == nullptr) break;
        calls.insert(struck);
      }
      EXPECT_TRUE(calls.contains("write"));
      EXPECT_TRUE(fault == Fault::kShort || calls.contains("renameat"));
    }
  }
}

TEST_F(LevelNotesFaultTest, WhereverTheProcessDiesTheNoteIsTheOldOneOrTheNewOne) {
  for (const bool first : {true, false}) {
    bool died = true;
    for (std::size_t at = 0; died; ++at) {
      ASSERT_LT(at, kMostCalls);
      Prepare(first);
      const pid_t child = fork();
      ASSERT_GE(child, 0);
      if (child == 0) {
        const FaultPlan plan(at, Fault::kProcessDies, 0);
        (void)notes_.Write(kInode, kNew);
        _exit(0);
      }
      int status = 0;
      ASSERT_EQ(waitpid(child, &status, 0), child);
      ASSERT_TRUE(WIFEXITED(status));
      died = WEXITSTATUS(status) == kDiedOfFault;
      ExpectOldOrNew(first, !died, fmt::format("died before call {}", at));
    }
  }
}

}  // namespace
}  // namespace headroom
