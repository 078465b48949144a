#include "hook/start_supervisor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <ranges>
#include <thread>

#include "base/file.h"
#include "base/testing/temporary_directory.h"
#include "container/supervision/told_to_end.h"
#include "container/testing/fake_host.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;
using Choice = SupervisorChoice;

class StartSupervisorTest : public testing::Test {
 protected:
  StartSupervisorTest() {
    programs_.systemd_dir = dir_.path() + "/systemd";
    programs_.mask_dirs = {dir_.path() + "/units", dir_.path() + "/run-units"};
    dir_.Write("run-units/another.service", "");
  }
  [[nodiscard]] std::vector<std::string> Started(Choice choice) const {
    std::vector<std::string> programs;
    for (const auto& command : Commands(choice)) programs.push_back(command.front());
    return programs;
  }
  [[nodiscard]] std::vector<std::vector<std::string>> Commands(Choice choice) const {
    return CommandsToStart(choice, programs_, dir_.path(), {.proc = dir_.path() + "/proc"})
        .commands;
  }
  [[nodiscard]] UniqueFd Listen(int type, const std::string& name) const {
    UniqueFd listener(socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = dir_.path() + "/" + name;
    std::copy(path.begin(), path.end(), std::begin(address.sun_path));
    EXPECT_EQ(bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_TRUE(type == SOCK_DGRAM || listen(listener.get(), 4) == 0);
    return listener;
  }
  /// The number in the lock of one that was started for want of another.
  void NoteHolder() const {
    dir_.Write("headroomd.lock", "4242\n");
    dir_.Write("proc/4242/stat",
               "4242 (headroomd) S 1 1 1 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 5 1000 10 0 0 0 0 0 "
               "0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n");
  }

  TemporaryDirectory dir_;
  SupervisorPrograms programs_;
};

using Programs = std::vector<std::string>;

TEST_F(StartSupervisorTest, WithoutSystemdAndWithoutAListenerBothAreStartedGuardianFirst) {
  const Programs both = {programs_.guardian, programs_.headroomd};
  EXPECT_EQ(Started(Choice::kAuto), both);
  EXPECT_EQ(Started(Choice::kEmbedded), both);
}

TEST_F(StartSupervisorTest, WithSystemdBothAreTransientUnits) {
  dir_.Write("systemd/x", "");
  const Programs both = {programs_.systemd_run, programs_.systemd_run};
  EXPECT_EQ(Started(Choice::kAuto), both);
  EXPECT_EQ(Started(Choice::kEmbedded), both);
  const auto commands = Commands(Choice::kAuto);
  const Programs guardian = {programs_.guardian, "--until-alone"};
  const Programs headroomd = {programs_.headroomd, "--until-idle"};
  EXPECT_TRUE(std::ranges::equal(commands.front() | std::views::drop(commands.front().size() - 2),
                                 guardian));
  EXPECT_TRUE(std::ranges::equal(commands.back() | std::views::drop(commands.back().size() - 2),
                                 headroomd));
}

TEST_F(StartSupervisorTest, WhoStoppedHeadroomdIsObeyedUntilItIsStartedAgain) {
  ASSERT_TRUE(NoteToldToEnd(dir_.path()));
  EXPECT_EQ(Started(Choice::kAuto), Programs{}) << "without systemd too";
  dir_.Write("systemd/x", "");
  EXPECT_EQ(Started(Choice::kAuto), Programs{});
  EXPECT_FALSE(Started(Choice::kEmbedded).empty()) << "the policy wants one whatever was stopped";
  ForgetToldToEnd(dir_.path());
  EXPECT_FALSE(Started(Choice::kAuto).empty());
}

TEST_F(StartSupervisorTest, WhoMaskedHeadroomdIsObeyed) {
  dir_.Write("systemd/x", "");
  for (const char* unit : {"headroomd.service", "headroomd.socket"}) {
    const std::string path = dir_.path() + "/run-units/" + unit;
    ASSERT_EQ(symlink("/dev/null", path.c_str()), 0) << path;
    EXPECT_EQ(Started(Choice::kAuto), Programs{}) << unit;
    EXPECT_FALSE(Started(Choice::kEmbedded).empty());
    ASSERT_EQ(unlink(path.c_str()), 0);
    dir_.Write(std::string("units/") + unit, "");
    EXPECT_EQ(Started(Choice::kAuto), Programs{}) << "an empty file masks " << unit;
    dir_.Write(std::string("units/") + unit, "[Unit]\n");
    EXPECT_FALSE(Started(Choice::kAuto).empty()) << "one that is merely installed does not";
  }
}

TEST_F(StartSupervisorTest, SystemdUndoesWhatIsLeftWhereItsGuardianEndsHoweverThatIs) {
  dir_.Write("systemd/x", "");
  const auto commands = Commands(Choice::kEmbedded);
  ASSERT_EQ(commands.size(), 2U);
  const auto has = [](const Programs& words, const std::string& word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  EXPECT_TRUE(has(commands[0], "--property=ExecStopPost=+/usr/lib/headroom/headroom-undo"));
  EXPECT_TRUE(has(commands[0], "--property=WatchdogSignal=SIGKILL"));
  EXPECT_FALSE(has(commands[1], "--property=WatchdogSignal=SIGKILL"))
      << "headroomd tells systemd of its life only where its unit asks for that";
}

TEST_F(StartSupervisorTest, NothingIsStartedWhereThePolicyWantsNone) {
  EXPECT_EQ(Started(Choice::kSystem), Programs{});
  EXPECT_EQ(Started(Choice::kNone), Programs{});
}

TEST_F(StartSupervisorTest, NorWhereSomebodyListens) {
  const UniqueFd listener = Listen(SOCK_DGRAM, "doorbell");
  EXPECT_EQ(Started(Choice::kEmbedded), Programs{});
}

TEST_F(StartSupervisorTest, WhereOneListensThatHasLostItsGuardianThatAloneIsStarted) {
  const UniqueFd listener = Listen(SOCK_DGRAM, "doorbell");
  NoteHolder();
  EXPECT_EQ(Started(Choice::kAuto), Programs{programs_.guardian});
  EXPECT_EQ(Started(Choice::kEmbedded), Programs{programs_.guardian});
  EXPECT_EQ(Started(Choice::kSystem), Programs{});
  dir_.Write("systemd/x", "");
  const auto commands = Commands(Choice::kAuto);
  ASSERT_EQ(commands.size(), 1U);
  EXPECT_EQ(commands[0].front(), programs_.systemd_run);
  EXPECT_EQ(*(commands[0].end() - 2), programs_.guardian);
  ASSERT_TRUE(NoteToldToEnd(dir_.path()));
  EXPECT_EQ(Started(Choice::kAuto), Programs{}) << "it is about to end";
}

TEST_F(StartSupervisorTest, NothingIsStartedBesideAGuardianThatIsThere) {
  const UniqueFd listener = Listen(SOCK_DGRAM, "doorbell");
  NoteHolder();
  const UniqueFd guardian = Listen(SOCK_SEQPACKET, "guardian.sock");
  EXPECT_EQ(Started(Choice::kEmbedded), Programs{});
}

TEST_F(StartSupervisorTest, NorForTheSystemsOwnWhoseGuardianSystemdBringsBack) {
  const UniqueFd listener = Listen(SOCK_DGRAM, "doorbell");
  dir_.Write("headroomd.lock", "");
  EXPECT_EQ(Started(Choice::kEmbedded), Programs{});
}

TEST_F(StartSupervisorTest, WhatIsStartedWithoutSystemdIsLeftBehindByUs) {
  const auto detached = [&] {
    return CommandsToStart(Choice::kAuto, programs_, dir_.path(), {}).detached;
  };
  EXPECT_TRUE(detached());
  dir_.Write("systemd/x", "");
  EXPECT_FALSE(detached());
}

TEST_F(StartSupervisorTest, NorByAnOrdinaryUsersHook) {
  programs_.system = false;
  EXPECT_EQ(Started(Choice::kEmbedded), Programs{});
}

TEST_F(StartSupervisorTest, CrunInTheForegroundWaitsForWhateverIsLeftBehind) {
  const FakeHost host;
  const auto waits = [&](const std::string& comm, std::string words) {
    for (char& c : words) c = c == ' ' ? '\0' : c;
    host.AddProcess(FakeHost::kRuntime, comm, 1, 5, "/");
    host.Write(fmt::format("proc/{}/cmdline", FakeHost::kRuntime), words + '\0');
    return WaitsForOrphans(host.view(), FakeHost::kRuntime);
  };
  EXPECT_TRUE(waits("crun", "crun --log=x run --bundle /b web"));
  EXPECT_FALSE(waits("crun", "crun run --detach web"));
  EXPECT_FALSE(waits("crun", "crun run -d web"));
  EXPECT_FALSE(waits("crun", "crun create web"));
  EXPECT_FALSE(waits("runc", "runc run web"));
  EXPECT_FALSE(WaitsForOrphans(host.view(), 999999)) << "it has ended";
}

class StartOutsideTest : public testing::Test {
 protected:
  StartOutsideTest() { dir_.Write("headroom/cgroup.procs", ""); }
  [[nodiscard]] HostView host() const { return {.proc = "/proc", .cgroup_root = dir_.path()}; }
  /// What the command has written, once its last line is there.
  std::string Output() {
    const std::string path = dir_.path() + "/out";
    for (;;) {
      const auto text = ReadFileAt(AT_FDCWD, path, 65536);
      if (text && text->ends_with("end\n")) return *text;
      std::this_thread::sleep_for(10ms);
    }
  }
  [[nodiscard]] std::vector<std::string> Shell(const std::string& script) const {
    return {"/bin/sh", "-c", script + "; echo end >>" + dir_.path() + "/out"};
  }
  TemporaryDirectory dir_;
};

TEST_F(StartOutsideTest, TheCommandHasNothingOfOurs) {
  setenv("SECRET", "of the runtime", 1);
  // Without close-on-exec, as a runtime may leave them.
  const UniqueFd leak(::open((dir_.path() + "/headroom/cgroup.procs").c_str(), O_RDONLY));
  const std::string out = ">>" + dir_.path() + "/out";
  ASSERT_TRUE(StartOutside(Shell("echo [$SECRET] $(pwd) " + out + "; ls -l /proc/$$/fd " + out +
                                 "; echo session $(cut -d' ' -f6 /proc/$$/stat) " + out),
                           host()));
  const std::string said = Output();
  EXPECT_TRUE(said.starts_with("[] /\n")) << said;
  for (const char* standard : {"0 -> /dev/null", "2 -> /dev/null"}) {
    EXPECT_NE(said.find(standard), std::string::npos) << said;
  }
  EXPECT_EQ(said.find("pipe:"), std::string::npos) << said;
  EXPECT_EQ(said.find("cgroup.procs"), std::string::npos) << said;
  EXPECT_EQ(said.find("session " + std::to_string(getsid(0)) + "\n"), std::string::npos) << said;
}

TEST_F(StartOutsideTest, ItIsInACgroupOfItsOwnBeforeItRuns) {
  ASSERT_TRUE(StartOutside(Shell("true"), host()));
  (void)Output();
  EXPECT_EQ(ReadFileAt(AT_FDCWD, dir_.path() + "/headroom/cgroup.procs", 10).value(), "0");
}

TEST_F(StartOutsideTest, WithoutACgroupOfItsOwnItIsNotStarted) {
  const auto started = StartOutside(Shell("true"), {.cgroup_root = dir_.path() + "/nowhere"});
  EXPECT_FALSE(started);
}

TEST_F(StartOutsideTest, AProgramThatIsNotThereIsNamed) {
  const auto started = StartOutside({"/nowhere/headroomd"}, host());
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().where, "/nowhere/headroomd");
}

}  // namespace
}  // namespace headroom
