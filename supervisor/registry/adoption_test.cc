#include "supervisor/registry/adoption.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

/// A small /proc and cgroup tree with one container, process 1000000001 in /box (a number that no
/// real process has, so that pidfd_open finds nothing).
class AdoptionTest : public testing::Test {
 protected:
  AdoptionTest() : host_{.proc = dir_.path() + "/proc", .cgroup_root = dir_.path() + "/cgroup"} {
    dir_.Write("proc/sys/kernel/random/boot_id", "boot-1\n");
    dir_.Write("cgroup/cgroup.controllers", "memory\n");
    dir_.Write("cgroup/box/cgroup.controllers", "memory\n");
    WriteProcess('S', 5000, "/box");
    enrolment_.id = "web";
    enrolment_.engine = "runc";
    enrolment_.boot_id = "boot-1";
    enrolment_.init = {.pid = kPid, .start_ticks = 5000};
    enrolment_.cgroup.path = "/box";
    struct stat info{};
    EXPECT_EQ(stat((dir_.path() + "/cgroup/box").c_str(), &info), 0);
    enrolment_.cgroup.inode = info.st_ino;
  }

  void WriteProcess(char state, int start, const std::string& cgroup) {
    const std::string folder = "proc/" + std::to_string(kPid);
    dir_.Write(folder + "/stat",
               std::to_string(kPid) + " (sh) " + state + " 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 " +
                   std::to_string(start) +
                   " 0 0 0 0 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n");
    dir_.Write(folder + "/cgroup", "0::" + cgroup + "\n");
  }

  static constexpr int kPid = 1000000001;
  TemporaryDirectory dir_;
  HostView host_;
  Enrolment enrolment_;
};

TEST_F(AdoptionTest, FindsALivingContainer) {
  const auto adoption = VerifyEnrolment(host_, enrolment_);
  ASSERT_TRUE(adoption) << adoption.error().Message();
  EXPECT_TRUE(adoption->init_alive);
  EXPECT_EQ(adoption->why_not_held, "") << "a wire may stand";
  ASSERT_NE(adoption->cgroup, nullptr);
  EXPECT_EQ(adoption->cgroup->path(), "/box");
}

TEST_F(AdoptionTest, AProcessOfThatNumberWithAnotherStartIsNotTheInit) {
  WriteProcess('S', 6000, "/box");
  EXPECT_FALSE(VerifyEnrolment(host_, enrolment_).value().init_alive);
}

/// Its kills are counted, and nothing is written to it: only a living init shows whose it is.
TEST_F(AdoptionTest, ACgroupThatNoLivingInitVouchesForIsOnlyWatched) {
  const auto expect_watched = [&](const char* because) {
    const auto adoption = VerifyEnrolment(host_, enrolment_);
    ASSERT_TRUE(adoption) << adoption.error().Message();
    EXPECT_NE(adoption->cgroup, nullptr) << because;
    EXPECT_NE(adoption->why_not_held.find(because), std::string::npos) << adoption->why_not_held;
  };
  WriteProcess('S', 6000, "/victim");
  expect_watched("its process 1000000001 has ended");
  WriteProcess('Z', 5000, "/box");
  expect_watched("its process 1000000001 has ended");
  WriteProcess('S', 5000, "/box");
  ASSERT_EQ(unlink((dir_.path() + "/proc/" + std::to_string(kPid) + "/cgroup").c_str()), 0);
  expect_watched("cannot be read");
}

TEST_F(AdoptionTest, ACgroupThatTheSupervisorItselfIsInIsOnlyWatched) {
  const std::string self = "proc/" + std::to_string(getpid());
  dir_.Write(self + "/cgroup", "0::/box/headroomd.service\n");
  EXPECT_NE(VerifyEnrolment(host_, enrolment_)->why_not_held.find("headroomd itself"),
            std::string::npos);
  dir_.Write(self + "/cgroup", "0::/boxes/headroomd.service\n");
  EXPECT_EQ(VerifyEnrolment(host_, enrolment_)->why_not_held, "");
}

TEST_F(AdoptionTest, AZombieIsNotAlive) {
  WriteProcess('Z', 5000, "/box");
  EXPECT_FALSE(VerifyEnrolment(host_, enrolment_).value().init_alive);
}

TEST_F(AdoptionTest, ACgroupOfThatNameWithAnotherInodeIsNotTheContainers) {
  enrolment_.cgroup.inode += 1;
  EXPECT_EQ(VerifyEnrolment(host_, enrolment_).value().cgroup, nullptr);
}

TEST_F(AdoptionTest, ARemovedCgroupIsGoneAndOneThatCannotBeSeenIsNot) {
  enrolment_.cgroup.path = "/other";
  WriteProcess('Z', 5000, "/other");
  EXPECT_EQ(VerifyEnrolment(host_, enrolment_).value().cgroup, nullptr);
  enrolment_.cgroup.path = "/../box";  // of a supervisor in a cgroup namespace of its own
  const auto refused = VerifyEnrolment(host_, enrolment_);
  ASSERT_FALSE(refused) << "it would be taken for ended, and its enrolment be removed";
  EXPECT_NE(refused.error().code, ErrorCode::kGone);
}

TEST_F(AdoptionTest, ARecordThatClaimsSomebodyElsesCgroupIsRefused) {
  WriteProcess('S', 5000, "/victim");
  const auto refused = VerifyEnrolment(host_, enrolment_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kDenied);
}

TEST_F(AdoptionTest, AnInitThatMovedItselfBelowItsCgroupIsStillTheContainers) {
  WriteProcess('S', 5000, "/box/init");
  EXPECT_TRUE(VerifyEnrolment(host_, enrolment_).value().init_alive);
}

TEST_F(AdoptionTest, ARecordOfAnEarlierBootIsOver) {
  enrolment_.boot_id = "boot-0";
  const auto gone = VerifyEnrolment(host_, enrolment_);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, ErrorCode::kGone);
}

}  // namespace
}  // namespace headroom
