#include "supervisor/watch/runtime_calls.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

constexpr pid_t kRuntime = 505;

/// A /proc in which a runtime runs, started 7.77 s after the machine.
class RuntimeCallsTest : public testing::Test {
 protected:
  RuntimeCallsTest() {
    AddProcess(kRuntime, "crun");
    AddProcess(1, "systemd");
    EXPECT_EQ(symlink("/usr/bin/crun", (proc_.path() + "/505/exe").c_str()), 0);
  }
  void AddProcess(pid_t pid, const std::string& comm) const {
    proc_.Write(fmt::format("{}/stat", pid), fmt::format("{} ({}) S 1{} 777 0\n", pid, comm,
                                                         " 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0"));
    proc_.Write(fmt::format("{}/status", pid), fmt::format("Name:\t{}\nTgid:\t{}\n", comm, pid));
    proc_.Write(fmt::format("{}/cgroup", pid), "0::/system.slice/podman.service\n");
    proc_.Write(fmt::format("{}/ns/mnt", pid), "");
  }
  void EndRuntime() const {
    const std::string dir = proc_.path() + "/505";
    ASSERT_EQ(rename(dir.c_str(), (dir + "-gone").c_str()), 0);
  }
  [[nodiscard]] HostView View() const { return {.proc = proc_.path(), .cgroup_root = ""}; }

  TemporaryDirectory proc_;
  RuntimeCalls calls_;
};

TEST_F(RuntimeCallsTest, ARuntimeThatHasEndedIsKnownFromItsCall) {
  calls_.OnExec(View(), kRuntime, 10s);
  EndRuntime();
  const auto sender = calls_.Find({.thread = kRuntime, .comm = "crun", .at = 10s + 8ms});
  ASSERT_TRUE(sender);
  EXPECT_TRUE(sender->seen);
  EXPECT_EQ(sender->process.exe, "/usr/bin/crun");
  EXPECT_EQ(sender->unit, "podman.service");
}

TEST_F(RuntimeCallsTest, OneThatWasGoneBeforeItWasLookedAtIsNot) {
  EndRuntime();
  calls_.OnExec(View(), kRuntime, 10s);
  EXPECT_FALSE(calls_.Find({.thread = kRuntime, .comm = "crun", .at = 10s + 8ms}));
}

TEST_F(RuntimeCallsTest, AnotherNumberIsAnotherProcess) {
  calls_.OnExec(View(), kRuntime, 10s);
  EXPECT_FALSE(calls_.Find({.thread = kRuntime + 1, .comm = "crun", .at = 10s + 8ms}));
}

TEST_F(RuntimeCallsTest, OfAnotherNameItRunsSomethingElseByNow) {
  calls_.OnExec(View(), kRuntime, 10s);
  EXPECT_FALSE(calls_.Find({.thread = kRuntime, .comm = "sh", .at = 10s + 8ms}));
}

TEST_F(RuntimeCallsTest, LongAfterTheCallTheNumberMayBeSomebodyElses) {
  calls_.OnExec(View(), kRuntime, 10s);
  EXPECT_TRUE(calls_.Find({.thread = kRuntime, .comm = "crun", .at = 14s}));
  EXPECT_FALSE(calls_.Find({.thread = kRuntime, .comm = "crun", .at = 15s}));
  EXPECT_FALSE(calls_.Find({.thread = kRuntime, .comm = "crun", .at = 9s})) << "not before it";
}

TEST_F(RuntimeCallsTest, OfManyTheNewestAreKept) {
  for (int i = 0; i < 40; ++i) {
    AddProcess(1000 + i, "runc");
    calls_.OnExec(View(), 1000 + i, 10s + i * 100ms);
  }
  EXPECT_FALSE(calls_.Find({.thread = 1000, .comm = "runc", .at = 14s}));
  EXPECT_TRUE(calls_.Find({.thread = 1039, .comm = "runc", .at = 14s}));
}

TEST_F(RuntimeCallsTest, AFloodIsNotLookedAt) {
  for (int i = 0; i < 40; ++i) {
    AddProcess(1000 + i, "runc");
    calls_.OnExec(View(), 1000 + i, 10s + i * 1ms);
  }
  EXPECT_TRUE(calls_.Find({.thread = 1019, .comm = "runc", .at = 11s}));
  EXPECT_FALSE(calls_.Find({.thread = 1020, .comm = "runc", .at = 11s}));
  AddProcess(2000, "runc");
  calls_.OnExec(View(), 2000, 12s);
  EXPECT_TRUE(calls_.Find({.thread = 2000, .comm = "runc", .at = 12s}));
}

}  // namespace
}  // namespace headroom
