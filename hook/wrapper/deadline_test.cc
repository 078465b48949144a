#include "hook/wrapper/deadline.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/unique_fd.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

struct Ended {
  int status = 0;
  std::string said;  ///< by it or what it became, on both streams
};

/// A process that does `work` with a pipe as its standard streams, and waits for ever behind that.
Ended EndOf(const std::function<void()>& work) {
  std::array<int, 2> ends{};
  EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
  const UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  const pid_t child = fork();
  if (child == 0) {
    (void)dup2(write_end.get(), STDOUT_FILENO);
    (void)dup2(write_end.get(), STDERR_FILENO);
    work();
    for (;;) pause();
  }
  write_end.Reset();
  Ended ended;
  ended.said = ReadToEnd(read_end.get(), "pipe", 1U << 20U).value_or("");
  EXPECT_EQ(waitpid(child, &ended.status, 0), child);
  return ended;
}

/// The words of a command, as execv(3) takes them.
struct Command {
  explicit Command(std::vector<std::string> given) : words(std::move(given)) {
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
  }
  std::vector<std::string> words;
  std::vector<char*> pointers;
};

std::uint64_t Mask(const std::string& status, const std::string& key) {
  const auto at = status.find(key + ":\t");
  return at == std::string::npos ? ~0ULL
                                 : std::stoull(status.substr(at + key.size() + 2), nullptr, 16);
}

std::uint64_t Bit(int signal) { return 1ULL << static_cast<unsigned>(signal - 1); }

TEST(Deadline, BehindItTheRuntimeGoesOn) {
  Command runtime({"/bin/sh", "-c", "echo here; exit 7"});
  const Ended ended = EndOf([&] {
    const Deadline deadline(10ms, runtime.pointers.data(), "web", OnError::kOpen);
    pause();
  });
  EXPECT_TRUE(WIFEXITED(ended.status) && WEXITSTATUS(ended.status) == 7) << ended.status;
  EXPECT_EQ(ended.said, "here\n") << "standard error may be the container's";
}

TEST(Deadline, TheRuntimeFindsTheSignalsAsTheyWere) {
  Command runtime({"/bin/cat", "/proc/self/status"});
  const Ended ended = EndOf([&] {
    sigset_t alarm_only;
    (void)sigemptyset(&alarm_only);
    (void)sigaddset(&alarm_only, SIGALRM);
    (void)sigprocmask(SIG_BLOCK, &alarm_only, nullptr);
    (void)signal(SIGPIPE, SIG_DFL);
    const Deadline deadline(10ms, runtime.pointers.data(), "web", OnError::kOpen);
    (void)signal(SIGPIPE, SIG_IGN);
    pause();
  });
  EXPECT_EQ(Mask(ended.said, "SigIgn") & Bit(SIGPIPE), 0U) << ended.said;
  EXPECT_EQ(Mask(ended.said, "SigBlk"), Bit(SIGALRM)) << ended.said;
}

TEST(Deadline, WhatIsDeniedStaysDenied) {
  Command runtime({"/bin/sh", "-c", "echo here; exit 7"});
  const Ended ended = EndOf([&] {
    Deadline deadline(1h, runtime.pointers.data(), "web", OnError::kOpen);
    deadline.Deny();
    (void)raise(SIGALRM);
  });
  EXPECT_TRUE(WIFEXITED(ended.status) && WEXITSTATUS(ended.status) == 1) << ended.status;
  EXPECT_EQ(ended.said.find("here"), std::string::npos) << ended.said;
}

TEST(Deadline, WhatFailsClosedIsNotStarted) {
  Command runtime({"/bin/sh", "-c", "echo here; exit 7"});
  const Ended ended = EndOf([&] {
    const Deadline deadline(10ms, runtime.pointers.data(), "web", OnError::kClosed);
    pause();
  });
  EXPECT_TRUE(WIFEXITED(ended.status) && WEXITSTATUS(ended.status) == 1) << ended.status;
  EXPECT_EQ(ended.said,
            "headroom: error: headroom-runtime was not ready within 10 ms; the container is not "
            "started\n");
}

TEST(Deadline, WaitsForNobodyWhoReadsStandardError) {
  std::array<int, 2> full{};
  ASSERT_EQ(pipe2(full.data(), O_CLOEXEC), 0);
  const UniqueFd nobody_reads(full[0]);
  const UniqueFd write_end(full[1]);
  ASSERT_EQ(fcntl(full[1], F_SETPIPE_SZ, 4096), 4096);
  ASSERT_TRUE(WriteAll(full[1], "pipe", std::string(4096, 'x')));
  Command runtime({"/bin/true"});
  const Ended ended = EndOf([&] {
    (void)dup2(write_end.get(), STDERR_FILENO);
    const Deadline deadline(10ms, runtime.pointers.data(), "web", OnError::kClosed);
    pause();
  });
  EXPECT_TRUE(WIFEXITED(ended.status) && WEXITSTATUS(ended.status) == 1) << ended.status;
}

TEST(Deadline, OneThatWasMetLeavesNothingBehind) {
  struct sigaction before{};
  ASSERT_EQ(sigaction(SIGALRM, nullptr, &before), 0);
  {
    Command runtime({"/bin/true"});
    const Deadline deadline(1h, runtime.pointers.data(), "web", OnError::kOpen);
    itimerval runs{};
    ASSERT_EQ(getitimer(ITIMER_REAL, &runs), 0);
    EXPECT_GT(runs.it_value.tv_sec, 3000);
  }
  itimerval timer{};
  ASSERT_EQ(getitimer(ITIMER_REAL, &timer), 0);
  EXPECT_EQ(timer.it_value.tv_sec, 0);
  EXPECT_EQ(timer.it_value.tv_usec, 0);
  struct sigaction after{};
  ASSERT_EQ(sigaction(SIGALRM, nullptr, &after), 0);
  EXPECT_EQ(after.sa_handler, before.sa_handler);
}

}  // namespace
}  // namespace headroom
