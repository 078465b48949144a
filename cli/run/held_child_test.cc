#include "cli/run/held_child.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <csignal>
#include <filesystem>

#include "base/file.h"
#include "base/testing/temporary_directory.h"
#include "cli/run/exit_status.h"

namespace headroom {
namespace {

using testing::HasSubstr;

/// No user: a namespace that maps it is refused to everybody.
constexpr uid_t kNobodyMapsThis = UINT_MAX;

class HeldChildTest : public testing::Test {
 protected:
  HeldChildTest() : gate_(CloseWithoutIgnoring()) {}

  /// Whoever runs the tests may ignore it.
  [[nodiscard]] static SignalGate CloseWithoutIgnoring() {
    (void)signal(SIGPIPE, SIG_DFL);
    return std::move(SignalGate::Close().value());
  }

  [[nodiscard]] HeldChild Start(std::vector<std::string> args,
                                std::vector<std::string> places) const {
    return std::move(
        HeldChild::Start({.args = std::move(args), .places = std::move(places)}, gate_).value());
  }
  [[nodiscard]] HeldChild Shell(const std::string& script) const {
    return Start({"sh", "-c", script, "sh", out()}, {"/bin/sh"});
  }
  [[nodiscard]] static int StatusOf(pid_t pid) {
    int status = 0;
    EXPECT_EQ(waitpid(pid, &status, 0), pid);
    return ExitStatusOfWait(status);
  }
  /// Nobody else's.
  [[nodiscard]] std::string Name() const {
    return std::filesystem::path(dir_.path()).filename().string();
  }
  [[nodiscard]] std::string out() const { return dir_.path() + "/out"; }
  [[nodiscard]] std::string Said() const {
    return ReadFileAt(AT_FDCWD, out(), 4096).value_or("nothing");
  }
  /// A file that is no program in any format.
  [[nodiscard]] std::string Script(const std::string& name, mode_t mode) const {
    dir_.Write(name, "exit 0\n");
    const std::string path = dir_.path() + "/" + name;
    EXPECT_EQ(chmod(path.c_str(), mode), 0);
    return path;
  }

  TemporaryDirectory dir_;
  SignalGate gate_;
};

TEST_F(HeldChildTest, RunsNothingBeforeItIsReleased) {
  HeldChild child = Shell("echo ran >\"$1\"; exit 3");
  EXPECT_EQ(Said(), "nothing");
  EXPECT_EQ(child.Release(), 0);
  EXPECT_EQ(StatusOf(child.pid()), 3);
  EXPECT_EQ(Said(), "ran\n");
}

TEST_F(HeldChildTest, RunsNothingAtAllWhenItIsGivenUp) {
  pid_t pid = 0;
  {
    const HeldChild child = Shell("echo ran >\"$1\"");
    pid = child.pid();
  }
  EXPECT_EQ(waitpid(pid, nullptr, WNOHANG), -1) << "it was waited for";
  EXPECT_EQ(Said(), "nothing");
}

TEST_F(HeldChildTest, ArgumentsArriveAsTheyAreGiven) {
  HeldChild child = Start(
      {"sh", "-c", "printf '<%s>' \"$@\" >\"$0\"", out(), "a b", "", "*", "$HOME", "-x", "\xff\n"},
      {"/bin/sh"});
  EXPECT_EQ(child.Release(), 0);
  EXPECT_EQ(StatusOf(child.pid()), 0);
  EXPECT_EQ(Said(), "<a b><><*><$HOME><-x><\xff\n>");
}

TEST_F(HeldChildTest, ASignalOfItsOwnIsItsStatus) {
  HeldChild child = Shell("kill -KILL $$");
  EXPECT_EQ(child.Release(), 0);
  EXPECT_EQ(StatusOf(child.pid()), 137);
}

TEST_F(HeldChildTest, TellsWhyNoProgramWasRunAndHasEndedThen) {
  for (const auto& [places, error] : std::vector<std::pair<std::vector<std::string>, int>>{
           {{}, ENOENT},
           {{"/nonexistent/x"}, ENOENT},
           {{"/proc/self/stat/x"}, ENOENT},
           {{dir_.path()}, EACCES},
           {{Script("plain", 0644)}, EACCES},
           {{Script("plain2", 0644), "/nonexistent/x"}, EACCES},
           {{Script("script", 0755), "/bin/true"}, ENOEXEC}}) {
    HeldChild child = Start({"x"}, places);
    EXPECT_EQ(child.Release(), error);
    EXPECT_EQ(waitpid(child.pid(), nullptr, WNOHANG), -1) << "it was waited for";
  }
}

TEST_F(HeldChildTest, LooksFurtherBehindAPlaceWithoutTheProgram) {
  HeldChild child = Start({"true"}, {"/nonexistent/true", Script("true", 0644), "/bin/true"});
  EXPECT_EQ(child.Release(), 0);
  EXPECT_EQ(StatusOf(child.pid()), 0);
}

TEST_F(HeldChildTest, TheCommandFindsSignalsAsOurCallerLeftThem) {
  // The shell's own view: neither blocked nor ignored is what sends it to its end.
  for (const char* signal : {"TERM", "PIPE", "USR1"}) {
    HeldChild child = Shell(std::string("kill -") + signal + " $$; exit 3");
    EXPECT_EQ(child.Release(), 0);
    EXPECT_GT(StatusOf(child.pid()), RunStatus::kSignalled) << signal;
  }
}

TEST_F(HeldChildTest, NoDescriptorOfOursReachesTheCommand) {
  HeldChild child = Shell("ls -l /proc/self/fd >\"$1\"");
  EXPECT_EQ(child.Release(), 0);
  EXPECT_EQ(StatusOf(child.pid()), 0);
  EXPECT_EQ(Said().find("signalfd"), std::string::npos) << Said();
  EXPECT_EQ(fcntl(gate_.fd(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

TEST_F(HeldChildTest, OneThatWasKilledWhileItWaitedIsToldByItsStatus) {
  HeldChild child = Shell("exit 0");
  ASSERT_EQ(kill(child.pid(), SIGKILL), 0);
  EXPECT_EQ(child.Release(), 0);
  EXPECT_EQ(StatusOf(child.pid()), 137);
}

TEST_F(HeldChildTest, AShmOfItsOwnIsThereBeforeItRunsAndNobodyElseSeesIt) {
  auto child = HeldChild::Start({.args = {"sh", "-c", "touch /dev/shm/$0; exit 0", Name()},
                                 .places = {"/bin/sh"},
                                 .shm = OwnShm(Mebibytes(1), geteuid(), getegid())},
                                gate_);
  ASSERT_TRUE(child) << child.error().Message();
  const auto mounts = ReadFileAt(AT_FDCWD, fmt::format("/proc/{}/mounts", child->pid()), 1U << 20U);
  EXPECT_THAT(mounts.value(), HasSubstr("shm /dev/shm tmpfs rw,nosuid,nodev"));
  EXPECT_THAT(mounts.value(), HasSubstr("size=1024k"));
  ASSERT_EQ(child->Release(), 0);
  EXPECT_EQ(StatusOf(child->pid()), 0);
  EXPECT_NE(access(("/dev/shm/" + Name()).c_str(), F_OK), 0);
}

TEST_F(HeldChildTest, WithoutTheShmThatWasAskedForThereIsNoChild) {
  const auto child = HeldChild::Start(
      {.args = {"true"}, .places = {"/bin/true"}, .shm = OwnShm(Mebibytes(1), kNobodyMapsThis, 1)},
      gate_);
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().where, "/dev/shm");
  EXPECT_EQ(waitpid(-1, nullptr, 0), -1) << "a process is left";
  EXPECT_EQ(errno, ECHILD);
}

}  // namespace
}  // namespace headroom
