#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <vector>

#include "hook/options.h"
#include "hook/process_setup.h"

namespace headroom {
namespace {

Options Parse(const std::vector<const char*>& arguments) { return ParseOptions(arguments); }

TEST(ParseOptions, TakesAStageAndWhatAnErrorCosts) {
  EXPECT_EQ(Parse({"prestart"}).stage, Stage::kPrestart);
  EXPECT_EQ(Parse({"createRuntime"}).stage, Stage::kCreateRuntime);
  EXPECT_EQ(Parse({"poststop"}).stage, Stage::kPoststop);
  EXPECT_EQ(Parse({"poststop"}).on_error, OnError::kOpen);
  EXPECT_EQ(Parse({"prestart", "--on-error", "closed"}).on_error, OnError::kClosed);
  EXPECT_EQ(Parse({"--on-error=closed", "prestart"}).on_error, OnError::kClosed);
  EXPECT_EQ(Parse({"--on-error=closed", "prestart"}).stage, Stage::kPrestart);
  EXPECT_EQ(Parse({"prestart", "--on-error", "open"}).on_error, OnError::kOpen);
}

TEST(ParseOptions, TakesLxcsStagesAndLeavesWhatLxcPutsBehindThem) {
  // Version 0 of LXC's hooks adds the container's name, the section and the hook's type.
  EXPECT_EQ(Parse({"lxc", "start-host", "web", "lxc", "start-host"}).stage, Stage::kLxcStartHost);
  EXPECT_EQ(Parse({"lxc", "stop", "poststop", "lxc", "stop", "mnt:/proc/1/fd/12"}).stage,
            Stage::kLxcStop);
  EXPECT_EQ(Parse({"lxc", "post-stop"}).stage, Stage::kLxcPostStop);
  EXPECT_EQ(Parse({"--on-error", "closed", "lxc", "stop"}).on_error, OnError::kClosed);
  EXPECT_EQ(Parse({"lxc", "stop", "--on-error=closed"}).on_error, OnError::kOpen)
      << "a container of that name decides nothing";
  EXPECT_EQ(Parse({"start-host"}).stage, std::nullopt);
}

TEST(ParseOptions, SaysInOneLineWhatIsWrongAndKeepsWhatAnErrorCosts) {
  for (const auto& arguments :
       std::vector<std::vector<const char*>>{{},
                                             {"start"},
                                             {"prestart", "poststop"},
                                             {"prestart", "--on-error"},
                                             {"prestart", "--on-error", "maybe"},
                                             {"--help"},
                                             {"lxc"},
                                             {"lxc", "mount"},
                                             {"poststop", "lxc", "stop"},
                                             {"bad\n\x1b[31m"}}) {
    const Options options = Parse(arguments);
    EXPECT_EQ(options.stage, std::nullopt);
    EXPECT_NE(options.error.find("usage: headroom-hook"), std::string::npos) << options.error;
    EXPECT_EQ(options.error.find('\n'), std::string::npos);
    EXPECT_EQ(options.error.find('\x1b'), std::string::npos);
  }
  EXPECT_EQ(Parse({"bad", "--on-error=closed"}).on_error, OnError::kClosed);
}

TEST(ProcessSetupDeathTest, TheWatchdogEndsAHangWithTheDecidedStatus) {
  EXPECT_EXIT(
      {
        StartWatchdog(std::chrono::milliseconds(20), 0);
        SetWatchdogStatus(78);
        for (;;) pause();
      },
      testing::ExitedWithCode(78), "ran out of its time");
}

TEST(ProcessSetupDeathTest, ABlockedAlarmIsNoWayAround) {
  EXPECT_EXIT(
      {
        sigset_t all;
        sigfillset(&all);
        sigprocmask(SIG_BLOCK, &all, nullptr);
        StartWatchdog(std::chrono::milliseconds(20), 70);
        for (;;) pause();
      },
      testing::ExitedWithCode(70), "");
}

TEST(ProcessSetupDeathTest, NoFileTakesTheNumberOfAMissingStandardDescriptor) {
  EXPECT_EXIT(
      {
        for (const int fd : {0, 1, 2}) (void)fcntl(fd, F_SETFD, 0);
        close_range(0, 2, 0);
        OpenMissingStandardDescriptors();
        const int next = open("/dev/null", O_RDONLY | O_CLOEXEC);
        _exit(next > 2 ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

TEST(ProcessSetupDeathTest, AReaderThatIsGoneDoesNotEndTheHook) {
  EXPECT_EXIT(
      {
        IgnoreBrokenPipes();
        int ends[2];
        (void)!pipe2(ends, O_CLOEXEC);
        (void)close_range(static_cast<unsigned>(ends[0]), static_cast<unsigned>(ends[0]), 0);
        const bool failed = write(ends[1], "x", 1) < 0;
        _exit(failed && errno == EPIPE ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace headroom
