#include "cli/run/run.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "cli/run/exit_status.h"
#include "cli/testing/judged_machine.h"

namespace headroom {
namespace {

bool Holds(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

/// Refused, in one line, by a status that no command of its own gives by accident.
void ExpectRefused(const JudgedMachine::Ran& ran, const std::string& piece) {
  EXPECT_EQ(ran.status, RunStatus::kOwnFailure) << ran.err;
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(std::ranges::count(ran.err, '\n'), 1) << ran.err;
  EXPECT_TRUE(Holds(ran.err, piece)) << ran.err;
}

// Were any of these to start, it would be in the cgroups of the machine that runs the test: each is
// refused before a process or a cgroup is made.
TEST(RunArguments, AreCheckedBeforeAnythingIsStarted) {
  const JudgedMachine machine;
  ExpectRefused(machine.Run({"run", "--", "true"}), "--memory");
  ExpectRefused(machine.Run({"run", "--memory", "64M"}), "--");
  ExpectRefused(machine.Run({"run", "--memory", "64M", "true"}), "-- and the command behind it");
  ExpectRefused(machine.Run({"run", "--memory", "64M", "--"}), "a command behind --");
  ExpectRefused(machine.Run({"run", "--memory", "64M", "--", ""}), "a command behind --");
  for (const char* bad : {"", "x", "64 apples", "-1", "99999999999999999999", "unlimited"}) {
    ExpectRefused(machine.Run({"run", std::string("--memory=") + bad, "--", "true"}), "");
  }
  ExpectRefused(machine.Run({"run", "--memory", "4k", "--", "true"}), "at least 1 MiB");
  ExpectRefused(machine.Run({"run", "--memory", "64M", "--shm", "x", "--", "true"}),
                "--shm: is expected to be like 512M");
  ExpectRefused(machine.Run({"run", "--memory", "64M", "--shm", "1", "--", "true"}),
                "--shm: is too little, expected at least 4 KiB");
  ExpectRefused(machine.Run({"run", "--memory", "64M", "--policy", "", "--", "true"}), "is empty");
  ExpectRefused(machine.Run({"run", "--memory", "0", "--", "true"}), "--memory");
  ExpectRefused(machine.Run({"run", "--memory", "64M", "--name", "a/b", "--", "true"}), "letters");
  ExpectRefused(machine.Run({"run", "--memory", "64M", "--name", "", "--", "true"}), "is empty");
  ExpectRefused(machine.Run({"run", "--colour", "--memory", "64M", "--", "true"}),
                "headroom --help");
}

TEST(RunArguments, BehindTheDashesAreNobodysButTheCommands) {
  const JudgedMachine machine;
  // Refused for who asks, not for what the command is given.
  ExpectRefused(machine.Run({"run", "--memory", "64M", "--", "x", "--memory", "--", "[", "--help"},
                            /*root=*/false),
                "sudo");
  EXPECT_EQ(machine.Run({"why", "--", "x"}).status, CliStatus::kNotFound) << "other verbs' stay";
}

TEST(RunCommand, OfAnOrdinaryUserNeedsASystemdOfTheirOwn) {
  const JudgedMachine machine;
  ExpectRefused(machine.Run({"run", "--memory", "64M", "--", "true"}, /*root=*/false),
                "XDG_RUNTIME_DIR is not set");
}

TEST(RunCommand, SaysThatThereCanBeNoLimitWithoutTheController) {
  const JudgedMachine machine;
  machine.Write("cg/cgroup.controllers", "cpu\n");
  ExpectRefused(machine.Run({"run", "--memory", "64M", "--", "true"}), "memory controller");
}

TEST(RunCommand, OfAnOrdinaryUserIsRefusedOnCgroupV1) {
  const JudgedMachine machine;
  machine.Write("cg/cgroup.controllers", "");
  machine.Write("cg/memory.limit_in_bytes", "9223372036854771712\n");
  machine.Write("cg/memory.oom_control", "oom_kill_disable 0\n");
  machine.Write("proc/mounts", "cgroup " + machine.path("cg") + " cgroup rw,memory 0 0\n");
  ExpectRefused(machine.Run({"run", "--memory", "64M", "--", "true"}, /*root=*/false), "cgroup v");
}

TEST(RunArguments, HelpIsNoFailure) {
  const JudgedMachine machine;
  const auto ran = machine.Run({"run", "--help"});
  EXPECT_EQ(ran.status, 0);
  EXPECT_TRUE(Holds(ran.out, "--memory")) << ran.out;
}

}  // namespace
}  // namespace headroom
