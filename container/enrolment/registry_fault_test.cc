#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>

#include "base/testing/faults.h"
#include "base/testing/temporary_directory.h"
#include "container/enrolment/generation_notes.h"

namespace headroom {
namespace {

namespace fs = std::filesystem;

/// More calls than any of these takes, so that a loop over them ends by itself.
constexpr std::size_t kMostCalls = 300;

Enrolment Web() {
  Enrolment enrolment;
  enrolment.id = "web";
  enrolment.engine = "runc";
  enrolment.boot_id = "boot";
  enrolment.init = {.pid = 4321, .start_ticks = 777};
  enrolment.cgroup.path = "/a";
  enrolment.cgroup.inode = 5;
  return enrolment;
}

class RegistryFaultTest : public testing::Test {
 protected:
  /// Does it over and over, one call later struck each time, from a registry that `prepare` makes;
  /// then `check` looks, with what was struck and whether it was said to be done.
  struct Course {
    std::function<void()> prepare;
    std::function<bool()> act;
    std::function<void(const std::string& when, bool done)> check;
  };
  std::set<std::string> Strike(Fault fault, int error, const Course& course) {
    std::set<std::string> calls;
    for (std::size_t at = 0; at < kMostCalls; ++at) {
      course.prepare();
      const char* struck = nullptr;
      bool done = false;
      {
        const FaultPlan plan(at, fault, error);
        done = course.act();
        struck = plan.struck();
      }
      const std::string when = fmt::format("call {}, {}", at, struck == nullptr ? "none" : struck);
      course.check(when, done);
      fs::remove_all(registry_.run_dir());
      if (struck == nullptr) return calls;
      calls.insert(struck);
    }
    ADD_FAILURE() << "it makes no end of calls";
    return calls;
  }
  /// The same with a process that is gone before the call.
  void Kill(const Course& course) {
    for (std::size_t at = 0; at < kMostCalls; ++at) {
      course.prepare();
      const pid_t child = fork();
      ASSERT_GE(child, 0);
      if (child == 0) {
        const FaultPlan plan(at, Fault::kProcessDies, 0);
        (void)course.act();
        _exit(0);
      }
      int status = 0;
      ASSERT_EQ(waitpid(child, &status, 0), child);
      ASSERT_TRUE(WIFEXITED(status));
      const bool died = WEXITSTATUS(status) == kDiedOfFault;
      course.check(fmt::format("died before call {}", at), !died);
      fs::remove_all(registry_.run_dir());
      if (!died) return;
    }
    FAIL() << "it makes no end of calls";
  }
  void StrikeInEveryWay(const Course& course, const std::set<std::string>& expected) {
    for (const int error : {EIO, ENOSPC}) {
      const auto calls = Strike(Fault::kFails, error, course);
      for (const std::string& call : expected) {
        EXPECT_TRUE(calls.contains(call)) << call << " was never struck";
      }
    }
    (void)Strike(Fault::kAllFail, EIO, course);
    (void)Strike(Fault::kShort, 0, course);
    Kill(course);
  }
  /// Nothing is listed that cannot be read.
  [[nodiscard]] std::size_t ExpectWhole(const std::string& when) const {
    const auto entries = registry_.List();
    EXPECT_TRUE(entries) << when;
    if (!entries) return 0;
    for (const RegistryDir::Entry& entry : *entries) {
      const auto enrolment = registry_.Read(entry);
      EXPECT_TRUE(enrolment) << when << ": " << enrolment.error().Message();
    }
    return entries->size();
  }
  void Enrol() const { ASSERT_TRUE(registry_.Add(Web())); }
  [[nodiscard]] GenerationNotes Notes() const { return {registry_, Web()}; }

  TemporaryDirectory dir_;
  RegistryDir registry_{dir_.path() + "/run"};
};

TEST_F(RegistryFaultTest, WhicheverCallFailsAContainerIsEnrolledWholeOrNotAndTheNextAttemptEnrols) {
  const Course course{.prepare = [] {},
                      .act = [this] { return registry_.Add(Web()).has_value(); },
                      .check =
                          [this](const std::string& when, bool done) {
                            const std::size_t listed = ExpectWhole(when);
                            EXPECT_TRUE(!done || listed == 1) << when << ": said to be enrolled";
                            EXPECT_TRUE(registry_.Add(Web())) << when;
                            EXPECT_EQ(ExpectWhole(when), 1U) << when;
                          }};
  StrikeInEveryWay(course, {"mkdir", "openat", "write", "renameat2"});
}

TEST_F(RegistryFaultTest, WhoeverIsEnrolledAlreadyStaysSo) {
  const Course course{
      .prepare = [this] { Enrol(); },
      .act = [this] { return registry_.Add(Web()).has_value(); },
      .check = [this](const std::string& when, bool) { EXPECT_EQ(ExpectWhole(when), 1U) << when; }};
  StrikeInEveryWay(course, {"renameat2", "unlinkat"});
}

TEST_F(RegistryFaultTest, ANotedNumberIsTheOldOneOrTheNewOne) {
  const Course course{.prepare =
                          [this] {
                            Enrol();
                            ASSERT_TRUE(Notes().NoteAccounted(12));
                          },
                      .act = [this] { return Notes().NoteAccounted(345).has_value(); },
                      .check =
                          [this](const std::string& when, bool done) {
                            const auto noted = Notes().ReadAccounted();
                            ASSERT_TRUE(noted) << when;
                            EXPECT_TRUE(*noted == 345 || (!done && *noted == 12))
                                << when << ": " << *noted;
                            EXPECT_TRUE(Notes().NoteAccounted(678)) << when;
                            EXPECT_EQ(Notes().ReadAccounted(), 678U) << when;
                            EXPECT_EQ(ExpectWhole(when), 1U) << when;
                          }};
  StrikeInEveryWay(course, {"openat", "write", "renameat"});
}

/// What is left of one would be taken for a container whose kills nobody has told of yet.
TEST_F(RegistryFaultTest, AGenerationIsRemovedOrStaysWithAllThatWasNotedOfIt) {
  const Course course{
      .prepare =
          [this] {
            Enrol();
            ASSERT_TRUE(Notes().NoteAccounted(12));
            ASSERT_TRUE(Notes().NoteSuperseded(BootTime(34)));
          },
      .act = [this] { return registry_.Remove(registry_.EntryOf(Web())).has_value(); },
      .check =
          [this](const std::string& when, bool done) {
            const std::size_t listed = ExpectWhole(when);
            EXPECT_TRUE(!done || listed == 0) << when << ": said to be removed";
            if (listed == 1) {
              EXPECT_EQ(Notes().ReadAccounted(), 12U) << when;
              EXPECT_EQ(Notes().ReadSuperseded(), BootTime(34)) << when;
            }
            // Again, as after the next start; and what was half removed is in nobody's way.
            EXPECT_TRUE(registry_.Remove(registry_.EntryOf(Web()))) << when;
            EXPECT_EQ(ExpectWhole(when), 0U) << when;
            EXPECT_TRUE(registry_.Add(Web())) << when;
            EXPECT_EQ(ExpectWhole(when), 1U) << when;
            EXPECT_EQ(Notes().ReadAccounted(), std::nullopt) << when;
          }};
  StrikeInEveryWay(course, {"openat", "renameat", "unlinkat", "rmdir"});
}

}  // namespace
}  // namespace headroom
