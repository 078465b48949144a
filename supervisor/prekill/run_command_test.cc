#include "supervisor/prekill/run_command.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <csignal>

namespace headroom {
namespace {

using namespace std::chrono_literals;
using Outcome = PreKillResult::Outcome;

PreKillResult Shell(const std::string& script, std::chrono::seconds time = 60s) {
  return RunCommand({"/bin/sh", "-c", script}, {"PATH=/usr/bin:/bin", "WORD=kept"}, time);
}

/// Out of the process group, and as fast as can be.
const std::string kWriteForEver = "for i in 1 2 3 4; do setsid cat /dev/zero & done; ";

TEST(RunCommand, TellsStatusAndBothOutputs) {
  const PreKillResult result = Shell("echo out; echo err >&2; exit 3");
  EXPECT_EQ(result.outcome, Outcome::kExited);
  EXPECT_EQ(result.status, 3);
  EXPECT_EQ(result.output, "out\nerr\n");
  EXPECT_FALSE(result.output_cut);
  EXPECT_GT(result.took.count(), 0);
}

TEST(RunCommand, ItHasTheGivenEnvironmentAloneAnEmptyInputAndTheRootDirectory) {
  setenv("SECRET", "of the supervisor", 1);
  const PreKillResult result = Shell("echo $WORD-$SECRET-$(pwd)-$(wc -c)");
  EXPECT_EQ(result.output, "kept--/-0\n");
}

TEST(RunCommand, SignalsThatWeIgnoreAreNotIgnoredByIt) {
  (void)std::signal(SIGPIPE, SIG_IGN);
  const PreKillResult result = Shell("kill -PIPE $$; echo still here");
  EXPECT_EQ(result.outcome, Outcome::kKilled);
  EXPECT_EQ(result.status, SIGPIPE);
}

TEST(RunCommand, AfterItsTimeItAndItsChildrenAreKilled) {
  ASSERT_EQ(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);  // so that its orphan is ours to wait for
  const PreKillResult result = Shell("sleep 60 & echo $!; wait", 1s);
  EXPECT_EQ(result.outcome, Outcome::kTimedOut);
  const pid_t child = std::stoi(result.output);
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << status;
  ASSERT_EQ(prctl(PR_SET_CHILD_SUBREAPER, 0), 0);
}

TEST(RunCommand, ADaemonThatKeepsTheOutputOpenIsNotWaitedFor) {
  const PreKillResult result = Shell("setsid sleep 20 & echo done");
  EXPECT_EQ(result.outcome, Outcome::kExited);
  EXPECT_LT(result.took, 15s);
}

TEST(RunCommand, OutputBeyondTheBoundIsReadAndThrownAway) {
  const PreKillResult result = Shell("head -c 200000 /dev/zero | tr '\\0' x; exit 7");
  EXPECT_EQ(result.output.size(), PreKillResult::kMostOutput);
  EXPECT_TRUE(result.output_cut);
  EXPECT_EQ(result.status, 7) << "it was not stopped by a full pipe";
}

TEST(RunCommand, ADaemonThatNeverStopsWritingDoesNotProlongItsTime) {
  const PreKillResult result = Shell(kWriteForEver + "sleep 60", 1s);
  EXPECT_EQ(result.outcome, Outcome::kTimedOut);
  EXPECT_GE(result.took, 1s);
  EXPECT_LT(result.took, 15s);
  EXPECT_TRUE(result.output.starts_with(std::string(9, '\0'))) << "what it wrote is told";
  EXPECT_TRUE(result.output_cut);
}

TEST(RunCommand, ADaemonThatNeverStopsWritingIsNotReadAfterItsEnd) {
  const PreKillResult result = Shell(kWriteForEver + "sleep 0.2; exit 3");
  EXPECT_EQ(result.outcome, Outcome::kExited);
  EXPECT_EQ(result.status, 3);
  EXPECT_LT(result.took, 15s);
  EXPECT_TRUE(result.output.starts_with(std::string(9, '\0')));
}

TEST(RunCommand, AProgramThatIsNotThereIsNotRunAndNamed) {
  const PreKillResult result = RunCommand({"/nowhere/gcore"}, {}, 5s);
  EXPECT_EQ(result.outcome, Outcome::kNotRun);
  EXPECT_NE(result.reason.find("/nowhere/gcore"), std::string::npos) << result.reason;
}

}  // namespace
}  // namespace headroom
