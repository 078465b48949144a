#include "supervisor/watch/sender.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

constexpr BootTime kLater = std::chrono::hours(1);

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
    root_.Write("namespaces/host", "");
    root_.Write(dir + "/ns/x", "");
    SetMounts(pid, "host");
    if (!exe.empty()) {
      EXPECT_EQ(symlink(exe.c_str(), (root_.path() + "/" + dir + "/exe").c_str()), 0);
    }
  }
  void SetCgroups(int pid, const std::string& lines) {
    root_.Write(fmt::format("{}/cgroup", pid), lines);
  }
  void SetMounts(int pid, const std::string& name) {
    const std::string link = fmt::format("{}/{}/ns/mnt", root_.path(), pid);
    root_.Write("namespaces/" + name, "");
    (void)unlink(link.c_str());
    EXPECT_EQ(symlink((root_.path() + "/namespaces/" + name).c_str(), link.c_str()), 0);
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
  const SignalSender sender = LookAtSender(proc.View(), {507, "runc", kLater});
  EXPECT_TRUE(sender.seen);
  EXPECT_EQ(sender.process.pid, 505);
  EXPECT_EQ(sender.process.exe, "/usr/sbin/runc");
  EXPECT_EQ(sender.cgroup, "/system.slice/x.service");
  EXPECT_EQ(sender.unit, "x.service");
  ASSERT_EQ(sender.parents.size(), 1U) << "number 1 tells nothing";
  EXPECT_EQ(sender.parents[0].comm, "containerd-shim");
  EXPECT_EQ(HandOf(sender), "runc");
}

TEST(Sender, OfCgroupV1HasTheUnitOfSystemdsOwnHierarchy) {
  FakeProc proc;
  proc.Add(505, "earlyoom", 1, 505, "/usr/bin/earlyoom");
  const auto unit = [&](const std::string& lines) {
    proc.SetCgroups(505, lines);
    return LookAtSender(proc.View(), {505, "earlyoom", kLater}).unit;
  };
  EXPECT_EQ(unit("4:memory:/system.slice\n1:name=systemd:/system.slice/earlyoom.service\n"),
            "earlyoom.service");
  EXPECT_EQ(unit("1:name=systemd:/a.slice/a.service\n0::/b.slice/b.service\n"), "b.service");
  EXPECT_EQ(unit("4:memory:/system.slice/x.service\n1:name=other:/y.service\n"), "")
      << "no hierarchy of units";
  EXPECT_EQ(unit("1:name=systemd\n"), "");
}

TEST(Sender, ThatIsGoneHasTheNameOfTheTraceAlone) {
  const FakeProc proc;
  const SignalSender sender = LookAtSender(proc.View(), {505, "crun", kLater});
  EXPECT_FALSE(sender.seen);
  EXPECT_EQ(sender.process.pid, 505);
  EXPECT_EQ(sender.process.comm, "crun");
  EXPECT_TRUE(sender.cgroup.empty() && sender.unit.empty() && sender.parents.empty());
  EXPECT_EQ(HandOf(sender), "") << "anybody can call himself that";
}

TEST(Sender, WhoseNumberIsAYoungerProcessOfThatNameIsNotThatOne) {
  FakeProc proc;
  proc.Add(505, "runc", 1, 505, "/usr/sbin/runc");
  const auto at = [&](std::chrono::nanoseconds time) {
    return LookAtSender(proc.View(), {505, "runc", time}).seen;
  };
  EXPECT_FALSE(at(std::chrono::milliseconds(7760))) << "it started with tick 777";
  EXPECT_TRUE(at(std::chrono::milliseconds(7770)));
}

TEST(Sender, InMountsOfItsOwnIsNotOfTheHost) {
  FakeProc proc;
  proc.Add(1, "systemd", 0, 1);
  proc.Add(505, "runc", 1, 505, "/usr/sbin/runc");
  EXPECT_EQ(LookAtSender(proc.View(), {505, "runc", kLater}).of_host, true);
  proc.SetMounts(505, "container");
  const SignalSender inside = LookAtSender(proc.View(), {505, "runc", kLater});
  EXPECT_EQ(inside.of_host, false);
  EXPECT_EQ(HandOf(inside), "") << "its /usr/sbin/runc is whatever it put there";
}

TEST(Sender, WhoseNumberAnotherHasByNowIsNotTheOther) {
  FakeProc proc;
  proc.Add(505, "innocent", 1, 505, "/usr/bin/innocent");
  const SignalSender sender = LookAtSender(proc.View(), {505, "kill", kLater});
  EXPECT_FALSE(sender.seen);
  EXPECT_EQ(sender.process.comm, "kill");
  EXPECT_TRUE(sender.process.exe.empty());
}

TEST(Sender, ChainsOfParentsAreBounded) {
  FakeProc proc;
  for (int pid = 100; pid < 120; ++pid) proc.Add(pid, "sh", pid + 1, pid);
  EXPECT_EQ(LookAtSender(proc.View(), {100, "sh", kLater}).parents.size(), 4U);
}

TEST(Hand, IsKnownByItsFileWhereThatIsSeen) {
  SignalSender sender;
  sender.seen = true;
  sender.of_host = true;
  sender.process = {.pid = 5, .comm = "runc", .exe = "/tmp/evil"};
  EXPECT_EQ(HandOf(sender), "");
  sender.process.exe = "/memfd:runc_cloned:/proc/self/exe (deleted)";
  EXPECT_EQ(HandOf(sender), "runc");
  sender.process = {.pid = 5, .comm = "containerd-shim", .exe = "/usr/bin/containerd-shim-runc-v2"};
  EXPECT_EQ(HandOf(sender), "containerd-shim");
  sender.process = {.pid = 5, .comm = "bash", .exe = "/usr/bin/bash"};
  EXPECT_EQ(HandOf(sender), "");
}

TEST(Unit, IsTheOutermostServiceOrScopeBelowSlicesAlone) {
  EXPECT_EQ(UnitOf("/user.slice/user-0.slice/session-1.scope"), "session-1.scope");
  EXPECT_EQ(UnitOf("/system.slice/a.service/x"), "a.service");
  EXPECT_EQ(UnitOf("/user.slice/user@0.service/app.slice/earlyoom.service"), "user@0.service")
      << "who was handed a cgroup names what is below as he likes";
  EXPECT_EQ(UnitOf("/docker/abc/earlyoom.service"), "");
  EXPECT_EQ(UnitOf("/"), "");
  EXPECT_EQ(UnitOf("/box.slice/web"), "");
}

}  // namespace
}  // namespace headroom
