#include "supervisor/confine/filter.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string_view>

#include "base/testing/temporary_directory.h"
#include "container/facts/facts.h"
#include "supervisor/loop/event_loop.h"
#include "supervisor/watch/doorbell.h"

namespace headroom {
namespace {

constexpr int kNoFilter = 99;

/// The exit status of a child that is confined as the program of those calls and then runs `body`:
/// what confines cannot be undone, and must not confine the other tests.
int InConfinedChild(const std::function<int()>& body,
                    std::span<const AllowedCall> own = CallsOfHeadroomd()) {
  const pid_t child = fork();
  if (child == 0) {
    // Not _exit(): before it a sanitizer asks for the signal stack, which is refused by then.
    (void)syscall(SYS_exit_group, AllowOnly(CallsOfAll(), own) ? body() : kNoFilter);
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
  EXPECT_EQ(
      InConfinedChild([] { return Refused(syscall(SYS_process_vm_writev, 1, 0, 0, 0, 0, 0)); }), 0);
}

/// 0 if no signal gets to another process, by whichever call sends one.
int SignalsNobodyElse() {
  const pid_t other = getppid();
  if (Refused(syscall(SYS_kill, other, 0)) != 0) return 1;
  if (Refused(syscall(SYS_tkill, other, 0)) != 0) return 2;
  if (Refused(syscall(SYS_tgkill, other, other, 0)) != 0) return 3;
  if (Refused(syscall(SYS_tgkill, -1, other, 0)) != 0) return 4;
  if (Refused(syscall(SYS_fcntl, 0, F_SETOWN, other)) != 0) return 5;
  if (Refused(syscall(SYS_fcntl, 0, F_SETSIG, SIGKILL)) != 0) return 6;
  // The kernel takes the lower half alone.
  constexpr std::uint64_t kMore = std::uint64_t{1} << 32U;
  return Refused(syscall(SYS_fcntl, 0, kMore | F_SETOWN, other)) != 0 ? 7 : 0;
}

TEST_F(ConfinedProgram, SignalsNoOtherProcess) { EXPECT_EQ(InConfinedChild(SignalsNobodyElse), 0); }

/// abort(), and what ends a write of memory.high (supervisor/tripwire/high_write.h).
TEST_F(ConfinedProgram, StillSignalsItsOwnThreads) {
  EXPECT_EQ(InConfinedChild([] { return syscall(SYS_tgkill, getpid(), gettid(), 0) == 0 ? 0 : 1; }),
            0);
}

TEST_F(ConfinedProgram, LimitsNoOtherProcess) {
  EXPECT_EQ(InConfinedChild([] {
              rlimit none{};
              return Refused(syscall(SYS_prlimit64, getppid(), RLIMIT_NOFILE, &none, nullptr));
            }),
            0);
}

TEST_F(ConfinedProgram, StillLearnsItsOwnLimits) {
  EXPECT_EQ(InConfinedChild([] {
              rlimit found{};
              if (getrlimit(RLIMIT_NOFILE, &found) != 0) return 1;
              return prlimit(getpid(), RLIMIT_NOFILE, nullptr, &found) == 0 ? 0 : 2;
            }),
            0);
}

TEST_F(ConfinedProgram, StillSetsWhatADescriptorIs) {
  EXPECT_EQ(InConfinedChild([] {
              const int fd = fcntl(0, F_DUPFD_CLOEXEC, 3);
              if (fd < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) return 1;
              return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) == 0 ? 0 : 2;
            }),
            0);
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

/// As one does that was about to end and has found an enrolment (supervisor/registry/idle_end.h).
TEST_F(ConfinedProgram, StillOpensItsDoorbellAgain) {
  const TemporaryDirectory run;
  EXPECT_EQ(InConfinedChild([&] {
              const auto loop = EventLoop::Create().value();
              auto doorbell = std::optional(Doorbell::Open(*loop, run.path(), [] {}));
              doorbell.reset();
              doorbell = Doorbell::Open(*loop, run.path(), [] {});
              return *doorbell && DoorbellHasListener(run.path()) ? 0 : 1;
            }),
            0);
}

/// headroom-guardian, whose filter is another one.
class ConfinedGuardian : public ConfinedProgram {
 protected:
  static int InGuardian(const std::function<int()>& body) {
    return InConfinedChild(body, CallsOfGuardian());
  }
};

TEST_F(ConfinedGuardian, OpensNoFile) {
  EXPECT_EQ(InGuardian([] { return Refused(syscall(SYS_openat, AT_FDCWD, "/", O_RDONLY)); }), 0);
  EXPECT_EQ(InGuardian([] { return Refused(syscall(SYS_openat2, AT_FDCWD, "/", nullptr, 0)); }), 0);
  EXPECT_EQ(InGuardian([] { return Refused(syscall(SYS_mkdirat, AT_FDCWD, "x", 0700)); }), 0);
}

TEST_F(ConfinedGuardian, MakesNoThreadAndNoProcessAndStartsNoProgram) {
  EXPECT_EQ(InGuardian([] {
              return Refused(syscall(SYS_clone, CLONE_THREAD | CLONE_SIGHAND | CLONE_VM, nullptr,
                                     nullptr, nullptr, nullptr));
            }),
            0);
  EXPECT_EQ(InGuardian([] {
              return Refused(syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, nullptr));
            }),
            0);
  EXPECT_EQ(InGuardian([] {
              std::array<char*, 1> none = {nullptr};
              return Refused(syscall(SYS_execve, "/bin/true", none.data(), none.data()));
            }),
            0);
}

TEST_F(ConfinedGuardian, TouchesNoOtherProcessAndNoNetwork) {
  EXPECT_EQ(InGuardian(SignalsNobodyElse), 0);
  EXPECT_EQ(InGuardian([] { return Refused(syscall(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0)); }), 0);
  EXPECT_EQ(InGuardian([] { return Refused(syscall(SYS_pidfd_open, getppid(), 0)); }), 0);
  EXPECT_EQ(InGuardian([] { return Refused(socket(AF_INET, SOCK_STREAM, 0)); }), 0);
}

/// What the guardian is for: a number into a file that it was given, and messages with its client.
TEST_F(ConfinedGuardian, StillWritesThroughWhatItWasGivenAndSpeaksToItsClient) {
  std::array<int, 2> pair{};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair.data()), 0);
  std::FILE* given = std::tmpfile();
  ASSERT_NE(given, nullptr);
  EXPECT_EQ(InGuardian([&] {
              if (pwrite(fileno(given), "max", 3, 0) != 3) return 1;
              char byte = 0;
              if (send(pair[0], "b", 1, MSG_DONTWAIT) != 1) return 2;
              return recv(pair[1], &byte, 1, MSG_DONTWAIT) == 1 ? 0 : 3;
            }),
            0);
  (void)std::fclose(given);
  for (const int end : pair) close(end);
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
