#include "supervisor/prekill/action.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "container/enrolment/registry_dir.h"
#include "container/testing/fake_host.h"
#include "evidence/pre_kill_files.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;
using Outcome = PreKillResult::Outcome;

/// A process of our own that waits for a signal, in a container of the fake host.
class DoPreKillTest : public testing::Test {
 protected:
  DoPreKillTest() : pid_(fork()) {
    if (pid_ == 0) {
      for (;;) pause();
    }
    host_.AddProcess(pid_, "eat", 1, 77, FakeHost::kCgroup);
    container_.id = "web";
    container_.engine = "runc";
    container_.uid = geteuid();
    container_.boot_id = "boot";
    container_.init = {.pid = pid_, .start_ticks = 77};
    container_.cgroup.path = FakeHost::kCgroup;
    container_.cgroup.inode = 5;
    container_.own_cgroup = true;
    container_.enrolled_boot = 1s;
    container_.enrolled_wall = 1s;
  }
  DoPreKillTest(const DoPreKillTest&) = delete;
  DoPreKillTest& operator=(const DoPreKillTest&) = delete;
  ~DoPreKillTest() override {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }

  PreKillResult Do(const ProcessId& process) {
    const RegistryDir registry(paths_.run_dir);
    EXPECT_TRUE(registry.Add(container_));
    const auto entry = registry.EntryOf(container_);
    return DoPreKill(host_.view(), paths_,
                     {.container_key = entry.container_key,
                      .generation_key = entry.generation_key,
                      .process = process,
                      .began = began_});
  }
  [[nodiscard]] std::string Folder() const { return paths_.store_dir + "/runc-web"; }
  PreKillResult Do() { return Do({.pid = pid_, .start_ticks = 77}); }

  FakeHost host_;
  pid_t pid_;
  Enrolment container_;
  BootTime began_ = 99s;
  StatePaths paths_{.run_dir = host_.path() + "/run",
                    .store_dir = host_.path() + "/store",
                    .config_dir = host_.path() + "/etc"};
};

TEST_F(DoPreKillTest, RunsTheEnrolmentsCommandWithTheProcessAndTheCgroup) {
  container_.pre_kill.command = {"/bin/sh", "-c", "echo {pid} {bundles} $HEADROOM_CGROUP"};
  const PreKillResult result = Do();
  EXPECT_EQ(result.outcome, Outcome::kExited) << result.reason;
  EXPECT_EQ(result.pid, pid_);
  EXPECT_EQ(result.output, std::to_string(pid_) + " " + paths_.store_dir + "/runc-web " +
                               host_.view().cgroup_root + FakeHost::kCgroup + "\n");
}

TEST_F(DoPreKillTest, TheCommandHasADirectoryOfItsOwnInAStoreThatHasNoBundleYet) {
  container_.pre_kill.command = {
      "/bin/sh", "-c",
      "stat -c %a {directory}; echo core >$HEADROOM_DIRECTORY/core; ls -d $HEADROOM_BUNDLES"};
  const PreKillResult result = Do();
  EXPECT_EQ(result.output, "700\n" + Folder() + "\n");
  EXPECT_EQ(result.directory, PreKillDirectoryName(container_.GenerationKey(), began_));
  EXPECT_TRUE(std::filesystem::exists(Folder() + "/" + result.directory + "/core"));
  EXPECT_EQ(result.why_no_directory, "");
}

TEST_F(DoPreKillTest, ADirectoryThatTheCommandPutNothingIntoIsNotLeft) {
  container_.pre_kill.command = {"/bin/true"};
  EXPECT_EQ(Do().directory, "");
  EXPECT_FALSE(std::filesystem::exists(Folder()));
}

TEST_F(DoPreKillTest, ACommandThatCannotBeStartedLeavesNoDirectory) {
  container_.pre_kill.command = {"/not/there"};
  EXPECT_EQ(Do().outcome, Outcome::kNotRun);
  EXPECT_FALSE(std::filesystem::exists(Folder()));
}

TEST_F(DoPreKillTest, WhereTheStoreTakesNoneACommandRunsWithoutAndTheResultSaysSo) {
  host_.Write("store", "no directory");
  container_.pre_kill.command = {"/bin/sh", "-c", "echo ${HEADROOM_DIRECTORY-none}"};
  const PreKillResult result = Do();
  EXPECT_EQ(result.outcome, Outcome::kExited);
  EXPECT_EQ(result.output, "none\n");
  EXPECT_EQ(result.directory, "");
  EXPECT_NE(result.why_no_directory, "");
}

TEST_F(DoPreKillTest, WhereTheStoreTakesNoneACommandWhoseWordsNameItIsNotRun) {
  host_.Write("store", "no directory");
  container_.pre_kill.command = {"/bin/sh", "-c", "echo x >{directory}/core"};
  const PreKillResult result = Do();
  EXPECT_EQ(result.outcome, Outcome::kNotRun);
  EXPECT_NE(result.reason.find("no directory"), std::string::npos) << result.reason;
}

TEST_F(DoPreKillTest, AHeadroomdThatSaysNoMomentHasTheCommandRunWithout) {
  began_ = {};
  container_.pre_kill.command = {"/bin/true"};
  const PreKillResult result = Do();
  EXPECT_EQ(result.outcome, Outcome::kExited);
  EXPECT_NE(result.why_no_directory, "");
}

TEST_F(DoPreKillTest, SendsTheEnrolmentsSignal) {
  container_.pre_kill.signal = "USR1";
  const PreKillResult result = Do();
  EXPECT_EQ(result.outcome, Outcome::kSent) << result.reason;
  int status = 0;
  ASSERT_EQ(waitpid(pid_, &status, 0), pid_);
  EXPECT_EQ(WTERMSIG(status), SIGUSR1);
}

TEST_F(DoPreKillTest, AnEnrolmentWithoutAnActionHasNoneWhateverIsAsked) {
  EXPECT_EQ(Do().outcome, Outcome::kNotRun);
}

TEST_F(DoPreKillTest, AReusedPidIsNotTouched) {
  container_.pre_kill.signal = "USR1";
  const PreKillResult result = Do({.pid = pid_, .start_ticks = 78});
  EXPECT_EQ(result.outcome, Outcome::kNotRun);
  EXPECT_EQ(kill(pid_, 0), 0);
  EXPECT_EQ(waitpid(pid_, nullptr, WNOHANG), 0) << "it lives";
}

TEST_F(DoPreKillTest, AProcessOfAnotherCgroupIsNotTouched) {
  container_.pre_kill.signal = "USR1";
  container_.cgroup.path = std::string(FakeHost::kCgroup) + "-of-another";
  EXPECT_EQ(Do().outcome, Outcome::kNotRun);
  EXPECT_EQ(waitpid(pid_, nullptr, WNOHANG), 0) << "it lives";
}

TEST_F(DoPreKillTest, WhereTheCgroupIsNotTheContainersAloneNothingIsDone) {
  container_.pre_kill.signal = "USR1";
  container_.own_cgroup = false;
  EXPECT_EQ(Do().outcome, Outcome::kNotRun);
}

TEST(PreKillRequest, KeysThatLeadElsewhereAreRefused) {
  EXPECT_TRUE(ParsePreKillRequest(
      R"({"container": "runc-0-web", "generation": "a-1-2", "pid": 7, "start_ticks": 9})"));
  for (const char* text :
       {R"({"container": "..", "generation": "a", "pid": 7, "start_ticks": 9})",
        R"({"container": "a/b", "generation": "a", "pid": 7, "start_ticks": 9})",
        R"({"container": "", "generation": "a", "pid": 7, "start_ticks": 9})",
        R"({"container": "a", "generation": "../x", "pid": 7, "start_ticks": 9})",
        R"({"container": "a", "generation": "b", "pid": 0, "start_ticks": 9})",
        R"({"container": "a", "generation": "b", "pid": -1, "start_ticks": 9})", "", "{}", "[]"}) {
    EXPECT_FALSE(ParsePreKillRequest(text)) << text;
  }
}

}  // namespace
}  // namespace headroom
