#include "supervisor/watch/sender.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

/// A /proc with processes made of literals.
class FakeProc {
 public:
  void Add(int pid, const std::string& comm, int parent, int tgid, const std::string& exe = "",
           const std::string& cgroup = "/system.slice/x.service") {
    const std::string dir = fmt::format("{}", pid);
    root_.Write(dir + "/stat", fmt::format("{} ({}) S {}{} 777 0\n", pid, comm, parent,
                                           " 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0"));
    root_.Write(dir + "/status", fmt::format("Name:\t{}\nTgid:\t{}\n", comm, tgid));
    root_.Write(dir + "/cgroup", fmt::format("0::{}\n", cgroup));
    if (!exe.empty()) {
      EXPECT_EQ(symlink(exe.c_str(), (root_.path() + "/" + dir + "/exe").c_str()), 0);
    }
  }
  [[nodiscard]] HostView View() const { return {.proc = root_.path(), .cgroup_root = ""}; }

 private:
  TemporaryDirectory root_;
};

TEST(Sender, OfAThreadIsItsProcessWithItsParents) {
  FakeProc proc;
  proc.Add(1, "systemd", 0, 1);
  proc.Add(90, "containerd-shim", 1, 90, "/usr/bin/containerd-shim-runc-v2");
  proc.Add(505, "runc", 90, 505, "/usr/sbin/runc");
  proc.Add(507, "runc", 90, 505);
  const SignalSender sender = LookAtSender(proc.View(), 507, "runc");
  EXPECT_TRUE(sender.seen);
  EXPECT_EQ(sender.process.pid, 505);
  EXPECT_EQ(sender.process.exe, "/usr/sbin/runc");
  EXPECT_EQ(sender.cgroup, "/system.slice/x.service");
  EXPECT_EQ(sender.unit, "x.service");
  ASSERT_EQ(sender.parents.size(), 1U) << "number 1 tells nothing";
  EXPECT_EQ(sender.parents[0].comm, "containerd-shim");
  EXPECT_EQ(HandOf(sender), "runc");
}

TEST(Sender, ThatIsGoneHasTheNameOfTheTraceAlone) {
  const FakeProc proc;
  const SignalSender sender = LookAtSender(proc.View(), 505, "crun");
  EXPECT_FALSE(sender.seen);
  EXPECT_EQ(sender.process.pid, 505);
  EXPECT_EQ(sender.process.comm, "crun");
  EXPECT_TRUE(sender.cgroup.empty() && sender.unit.empty() && sender.parents.empty());
  EXPECT_EQ(HandOf(sender), "crun");
}

TEST(Sender, WhoseNumberAnotherHasByNowIsNotTheOther) {
  FakeProc proc;
  proc.Add(505, "innocent", 1, 505, "/usr/bin/innocent");
  const SignalSender sender = LookAtSender(proc.View(), 505, "kill");
  EXPECT_FALSE(sender.seen);
  EXPECT_EQ(sender.process.comm, "kill");
  EXPECT_TRUE(sender.process.exe.empty());
}

TEST(Sender, ChainsOfParentsAreBounded) {
  FakeProc proc;
  for (int pid = 100; pid < 120; ++pid) proc.Add(pid, "sh", pid + 1, pid);
  EXPECT_EQ(LookAtSender(proc.View(), 100, "sh").parents.size(), 4U);
}

TEST(Hand, IsKnownByItsFileWhereThatIsSeen) {
  SignalSender sender;
  sender.process = {.pid = 5, .comm = "runc", .exe = "/tmp/evil"};
  EXPECT_EQ(HandOf(sender), "");
  sender.process.exe = "/memfd:runc_cloned:/proc/self/exe (deleted)";
  EXPECT_EQ(HandOf(sender), "runc");
  sender.process = {.pid = 5, .comm = "containerd-shim", .exe = "/usr/bin/containerd-shim-runc-v2"};
  EXPECT_EQ(HandOf(sender), "containerd-shim");
  sender.process = {.pid = 5, .comm = "bash", .exe = "/usr/bin/bash"};
  EXPECT_EQ(HandOf(sender), "");
}

TEST(Unit, IsTheInnermostServiceOrScope) {
  EXPECT_EQ(UnitOf("/user.slice/user-0.slice/session-1.scope"), "session-1.scope");
  EXPECT_EQ(UnitOf("/user.slice/user@0.service/app.slice/a.service/x"), "a.service");
  EXPECT_EQ(UnitOf("/"), "");
  EXPECT_EQ(UnitOf("/box.slice/web"), "");
}

}  // namespace
}  // namespace headroom
