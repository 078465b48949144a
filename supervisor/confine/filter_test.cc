#include "supervisor/confine/filter.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <functional>
#include <set>
#include <string_view>

namespace headroom {
namespace {

constexpr int kNoFilter = 99;

/// The exit status of a child that is confined as headroomd and then runs `body`: what confines
/// cannot be undone, and must not confine the other tests.
int InConfinedChild(const std::function<int()>& body) {
  const pid_t child = fork();
  if (child == 0) {
    // Not _exit(): before it a sanitizer asks for the signal stack, which is refused by then.
    (void)syscall(SYS_exit_group, AllowOnly(CallsOfAll(), CallsOfHeadroomd()) ? body() : kNoFilter);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

class ConfinedProgram : public testing::Test {
 protected:
  void SetUp() override {
    if (InConfinedChild([] { return 0; }) == kNoFilter) GTEST_SKIP() << "no seccomp here";
  }
};

/// 0 if the call was refused as one that does not exist.
int Refused(long result) { return result == -1 && errno == ENOSYS ? 0 : 1; }

TEST_F(ConfinedProgram, StartsNoProgram) {
  EXPECT_EQ(InConfinedChild([] {
              std::array<char*, 1> none = {nullptr};
              return Refused(syscall(SYS_execve, "/bin/true", none.data(), none.data()));
            }),
            0);
}

TEST_F(ConfinedProgram, StartsNoProcess) {
  EXPECT_EQ(InConfinedChild([] {
              return Refused(syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, nullptr));
            }),
            0);
}

TEST_F(ConfinedProgram, CannotHideAProcessAmongTheFlagsOfClone3) {
  EXPECT_EQ(InConfinedChild([] { return Refused(syscall(SYS_clone3, nullptr, 0)); }), 0);
}

TEST_F(ConfinedProgram, TouchesNoOtherProcess) {
  EXPECT_EQ(InConfinedChild([] { return Refused(syscall(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0)); }),
            0);
  EXPECT_EQ(InConfinedChild([] { return Refused(syscall(SYS_kill, getppid(), 0)); }), 0);
  EXPECT_EQ(
      InConfinedChild([] { return Refused(syscall(SYS_process_vm_writev, 1, 0, 0, 0, 0, 0)); }), 0);
}

TEST_F(ConfinedProgram, MountsNothingAndEntersNoNamespace) {
  EXPECT_EQ(InConfinedChild([] { return Refused(syscall(SYS_mount, "", "/", "", MS_BIND, "")); }),
            0);
  EXPECT_EQ(InConfinedChild([] { return Refused(syscall(SYS_setns, 0, 0)); }), 0);
  EXPECT_EQ(InConfinedChild([] { return Refused(syscall(SYS_unshare, CLONE_NEWNS)); }), 0);
}

TEST_F(ConfinedProgram, SpeaksToNoNetwork) {
  EXPECT_EQ(InConfinedChild([] { return Refused(socket(AF_INET, SOCK_STREAM, 0)); }), 0);
  EXPECT_EQ(InConfinedChild([] { return Refused(socket(AF_INET6, SOCK_DGRAM, 0)); }), 0);
  EXPECT_EQ(InConfinedChild([] { return Refused(socket(AF_PACKET, SOCK_RAW, 0)); }), 0);
}

TEST_F(ConfinedProgram, StillOpensTheSocketsThatItNeeds) {
  EXPECT_EQ(InConfinedChild([] { return socket(AF_UNIX, SOCK_DGRAM, 0) >= 0 ? 0 : errno; }), 0);
  EXPECT_EQ(InConfinedChild([] { return socket(AF_NETLINK, SOCK_DGRAM, 0) >= 0 ? 0 : errno; }), 0);
}

TEST_F(ConfinedProgram, TypesIntoNoTerminal) {
  EXPECT_EQ(InConfinedChild([] {
              const char typed = 'x';
              return Refused(ioctl(0, TIOCSTI, &typed));
            }),
            0);
}

TEST_F(ConfinedProgram, StillReadsFiles) {
  EXPECT_EQ(InConfinedChild([] {
              const int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
              std::array<char, 16> text{};
              return fd >= 0 && read(fd, text.data(), text.size()) > 0 ? 0 : 1;
            }),
            0);
}

std::set<std::string_view> NamesOf(std::span<const AllowedCall> calls) {
  std::set<std::string_view> names;
  for (const AllowedCall& call : calls) names.insert(call.name);
  return names;
}

TEST(AllowedCalls, EachIsNamedOnceInOrderAndSaysWhatFor) {
  for (const auto calls : {CallsOfAll(), CallsOfHeadroomd(), CallsOfGuardian()}) {
    EXPECT_EQ(NamesOf(calls).size(), calls.size());
    EXPECT_TRUE(std::ranges::is_sorted(
        calls, {}, [](const AllowedCall& call) { return std::string_view(call.name); }));
    for (const AllowedCall& call : calls) EXPECT_NE(std::string_view(call.why), "") << call.name;
  }
}

TEST(AllowedCalls, WhatAllHaveIsNotNamedAgain) {
  const auto of_all = NamesOf(CallsOfAll());
  for (const auto calls : {CallsOfHeadroomd(), CallsOfGuardian()}) {
    for (const AllowedCall& call : calls) EXPECT_FALSE(of_all.contains(call.name)) << call.name;
  }
}

TEST(AllowedCalls, TheGuardianOpensNoFilesAndMakesNoThreads) {
  const auto own = NamesOf(CallsOfGuardian());
  for (const auto* call : {"open", "openat", "openat2", "clone"}) {
    EXPECT_FALSE(own.contains(call)) << call;
    EXPECT_FALSE(NamesOf(CallsOfAll()).contains(call)) << call;
  }
}

}  // namespace
}  // namespace headroom
