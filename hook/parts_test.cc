#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <vector>

#include "base/testing/temporary_directory.h"
#include "hook/bundle_link.h"
#include "hook/deny.h"
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

TEST(ParseOptions, SaysInOneLineWhatIsWrongAndKeepsWhatAnErrorCosts) {
  for (const auto& arguments :
       std::vector<std::vector<const char*>>{{},
                                             {"start"},
                                             {"prestart", "poststop"},
                                             {"prestart", "--on-error"},
                                             {"prestart", "--on-error", "maybe"},
                                             {"--help"},
                                             {"bad\n\x1b[31m"}}) {
    const Options options = Parse(arguments);
    EXPECT_EQ(options.stage, std::nullopt);
    EXPECT_NE(options.error.find("usage: headroom-hook"), std::string::npos) << options.error;
    EXPECT_EQ(options.error.find('\n'), std::string::npos);
    EXPECT_EQ(options.error.find('\x1b'), std::string::npos);
  }
  EXPECT_EQ(Parse({"bad", "--on-error=closed"}).on_error, OnError::kClosed);
}

TEST(DenyLine, IsOneLineInTheAgreedForm) {
  Finding finding;
  finding.rule = "shm-sized";
  finding.fact = "/dev/shm may hold\n64 MiB";
  finding.advice = "docker run --shm-size 32m ...";
  EXPECT_EQ(DenyLine(finding),
            "headroom: denied: shm-sized: /dev/shm may hold\\x0a64 MiB; docker run --shm-size 32m "
            "...");
}

TEST(DenyLine, HoldsNoPhraseThatAnEngineMistakesForAnotherFailure) {
  EXPECT_EQ(WithoutMisleadingPhrases("x Permission Denied y no such file or directory"),
            "x Permission_Denied y no_such_file_or_directory");
  EXPECT_EQ(WithoutMisleadingPhrases("not a directory not a directory"),
            "not_a_directory not_a_directory");
  EXPECT_EQ(WithoutMisleadingPhrases("headroom: denied: a"), "headroom: denied: a");
}

class BundleLinkTest : public testing::Test {
 protected:
  [[nodiscard]] std::string bundle() const { return tree_.path() + "/private/bundle"; }
  TemporaryDirectory tree_;
};

TEST_F(BundleLinkTest, RefusesDirectoriesThatOthersMayWriteTo) {
  tree_.Write("private/bundle/config.json", "{}");
  ASSERT_EQ(chmod((tree_.path() + "/private").c_str(), 0777), 0);
  const auto refused = LinkFromBundle(bundle(), "/store/x");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kDenied);
  EXPECT_FALSE(std::filesystem::is_symlink(bundle() + "/headroom"));
}

TEST_F(BundleLinkTest, RefusesTheRootAndWhatIsNoPlainPath) {
  for (const char* bad : {"/", "//", "/.", "", "bundle", "/..", "/proc/../tmp"}) {
    EXPECT_FALSE(LinkFromBundle(bad, "/store/x")) << bad;
  }
}

TEST_F(BundleLinkTest, RefusesASymbolicLinkOnTheWay) {
  tree_.Write("private/bundle/config.json", "{}");
  ASSERT_EQ(symlink(bundle().c_str(), (tree_.path() + "/alias").c_str()), 0);
  EXPECT_FALSE(LinkFromBundle(tree_.path() + "/alias", "/store/x"));
  EXPECT_FALSE(std::filesystem::is_symlink(bundle() + "/headroom"));
}

/// A place that only this user may write to from "/" down, which /tmp is not.
class TrustedPlace {
 public:
  TrustedPlace() {
    const char* home = getenv("HOME");
    path_ =
        std::string(home == nullptr ? "" : home) + "/.headroom-test-" + std::to_string(getpid());
    usable_ = home != nullptr && mkdir(path_.c_str(), 0700) == 0 &&
              LinkFromBundle(path_, "/store/container").has_value();
  }
  TrustedPlace(const TrustedPlace&) = delete;
  TrustedPlace& operator=(const TrustedPlace&) = delete;
  ~TrustedPlace() {
    (void)unlink((path_ + "/headroom").c_str());
    (void)rmdir(path_.c_str());
  }
  [[nodiscard]] bool usable() const { return usable_; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
  bool usable_ = false;
};

TEST_F(BundleLinkTest, LinksOnceAndNeverReplaces) {
  const TrustedPlace place;
  if (!place.usable()) GTEST_SKIP() << "no directory here is this user's alone from / down";
  EXPECT_EQ(std::filesystem::read_symlink(place.path() + "/headroom"), "/store/container");
  EXPECT_TRUE(LinkFromBundle(place.path(), "/store/other"));
  EXPECT_EQ(std::filesystem::read_symlink(place.path() + "/headroom"), "/store/container");
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
