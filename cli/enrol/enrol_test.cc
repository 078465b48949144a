#include "cli/enrol/enrol.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/json.h"
#include "cli/testing/judged_machine.h"

namespace headroom {
namespace {

bool Holds(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

nlohmann::json FirstOf(const JudgedMachine::Ran& ran) {
  const auto json = ParseJsonObject(ran.out, "out");
  EXPECT_TRUE(json) << ran.out << ran.err;
  return json ? (*json)["containers"].at(0) : nlohmann::json();
}

/// A container that runs under crun, which no hook has seen.
class EnrolTest : public testing::Test {
 protected:
  EnrolTest() { machine_.RunUnderCrun("3f1c9a", FakeHost::kInit); }

  [[nodiscard]] std::vector<Enrolment> Enrolled() const {
    const RegistryDir registry(machine_.path("run/headroom"));
    std::vector<Enrolment> found;
    const auto entries = registry.List().value();
    found.reserve(entries.size());
    for (const auto& entry : entries) {
      found.push_back(registry.Read(entry).value());
    }
    return found;
  }
  void SetKills(int kills) const {
    machine_.Write(std::string("cg") + FakeHost::kCgroup + "/memory.events",
                   fmt::format("low 0\nhigh 0\nmax 0\noom {0}\noom_kill {0}\n", kills));
  }
  void WriteStatus(const std::string& text) const {
    machine_.Write("run/crun/3f1c9a/status", text);
  }

  JudgedMachine machine_;
};

TEST_F(EnrolTest, ProtectsAContainerFromNowOn) {
  SetKills(3);
  const auto ran = machine_.Run({"enrol", "3f1c9a"});
  EXPECT_EQ(ran.status, CliStatus::kDone) << ran.err;
  EXPECT_TRUE(ran.out.starts_with("3f1c9a (crun): enrolled\n")) << ran.out;
  ASSERT_EQ(Enrolled().size(), 1U);
  const Enrolment enrolment = Enrolled()[0];
  EXPECT_EQ(enrolment.init,
            (ProcessId{.pid = FakeHost::kInit, .start_ticks = FakeHost::kInitStart}));
  EXPECT_EQ(enrolment.cgroup.path, FakeHost::kCgroup);
  EXPECT_EQ(enrolment.cgroup.events->oom_kill, 3U) << "what was killed before is not counted";
  EXPECT_TRUE(enrolment.own_cgroup);
  EXPECT_EQ(enrolment.mode, Mode::kTripwire);
  ASSERT_TRUE(enrolment.policy);
  EXPECT_FALSE(enrolment.policy->facts.empty());
}

TEST_F(EnrolTest, TwiceIsOnce) {
  (void)machine_.Run({"enrol", "3f1c9a"});
  SetKills(1);
  const auto again = machine_.Run({"enrol", "3f1c9a"});
  EXPECT_EQ(again.status, CliStatus::kDone);
  EXPECT_EQ(again.out, "3f1c9a (crun): already enrolled\n");
  ASSERT_EQ(Enrolled().size(), 1U);
  EXPECT_EQ(Enrolled()[0].cgroup.events->oom_kill, 0U) << "the first baseline stays";
}

TEST_F(EnrolTest, AllTakesEveryOneAndSaysOfEachWhatWasDone) {
  machine_.Enrol(machine_.Enrolled("other", FakeHost::kInit + 1));
  machine_.AddInit(FakeHost::kInit + 1);
  const auto ran = machine_.Run({"enrol", "--all"});
  EXPECT_EQ(ran.status, CliStatus::kDone) << ran.out;
  EXPECT_TRUE(Holds(ran.out, "shop (docker): already enrolled\n")) << ran.out;
  EXPECT_TRUE(Holds(ran.out, "3f1c9a (crun): enrolled")) << ran.out;
}

TEST_F(EnrolTest, SaysThatNobodyWatchesWithoutASupervisor) {
  const auto ran = machine_.Run({"enrol", "--all"});
  EXPECT_TRUE(Holds(ran.err, "headroomd does not run")) << ran.err;
}

TEST_F(EnrolTest, WhatPolicyWouldHaveFixedOrRefusedIsAWarning) {
  machine_.Write("etc/policy.json", R"({"rules":{
      "oom-group":{"action":"fix"},
      "memory-max-required":{"action":"deny","at_most":"1M"}}})");
  const auto ran = machine_.Run({"enrol", "3f1c9a"});
  EXPECT_EQ(ran.status, CliStatus::kDone) << ran.err;
  EXPECT_TRUE(Holds(ran.out, "warning: oom-group: ")) << ran.out;
  EXPECT_TRUE(Holds(ran.out, "not fixed: it ran already when it was enrolled")) << ran.out;
  EXPECT_TRUE(Holds(ran.out, "warning: memory-max-required: ")) << ran.out;
  EXPECT_EQ(
      *ReadFileAt(AT_FDCWD,
                  machine_.path(std::string("cg") + FakeHost::kCgroup) + "/memory.oom.group", 16),
      "0\n");
}

TEST_F(EnrolTest, TheModeIsThePolicysAndABrokenOneOnlyObserves) {
  machine_.Write("etc/policy.json", "{");
  const auto ran = machine_.Run({"enrol", "3f1c9a"});
  EXPECT_EQ(ran.status, CliStatus::kDone);
  EXPECT_TRUE(Holds(ran.out, "enrolled, mode observe")) << ran.out;
  EXPECT_TRUE(Holds(ran.err, "the policy is broken")) << ran.err;
  EXPECT_EQ(Enrolled().at(0).mode, Mode::kObserve);
}

TEST_F(EnrolTest, OneThatSharesItsCgroupIsOnlyObserved) {
  machine_.host().AddProcess(4400, "stranger", 1, 5, FakeHost::kCgroup);
  machine_.host().SetProcs(FakeHost::kCgroup, "4321\n4400\n");
  const auto ran = machine_.Run({"enrol", "3f1c9a", "--json"});
  EXPECT_EQ(ran.status, CliStatus::kDone);
  EXPECT_EQ(FirstOf(ran)["result"], "enrolled");
  EXPECT_TRUE(Holds(FirstOf(ran)["only_observed"], "process 4400")) << ran.out;
  EXPECT_FALSE(Enrolled().at(0).own_cgroup);
}

TEST_F(EnrolTest, OneThatMovedItsInitIntoAnothersCgroupIsNot) {
  WriteStatus(fmt::format(R"({{"pid": {}, "process-start-time": {}, "cgroup-path": "/a"}})",
                          FakeHost::kInit, FakeHost::kInitStart));
  const auto ran = machine_.Run({"enrol", "--all", "--json"});
  EXPECT_EQ(ran.status, CliStatus::kIncomplete);
  EXPECT_EQ(FirstOf(ran)["result"], "not-enrolled");
  EXPECT_TRUE(Holds(FirstOf(ran)["reason"], "its init is in cgroup /box.slice/web, not in /a"))
      << ran.out;
  EXPECT_TRUE(Enrolled().empty());
}

TEST_F(EnrolTest, AProcessThatNothingTiesToTheContainerIsNot) {
  WriteStatus(fmt::format(R"({{"pid": {}}})", FakeHost::kInit));
  EXPECT_EQ(machine_.Run({"enrol", "3f1c9a"}).status, CliStatus::kIncomplete);
  EXPECT_TRUE(Enrolled().empty());
  WriteStatus(
      fmt::format(R"({{"pid": {}, "cgroup-path": "{}"}})", FakeHost::kInit, FakeHost::kCgroup));
  EXPECT_EQ(machine_.Run({"enrol", "3f1c9a"}).status, CliStatus::kDone);
}

TEST_F(EnrolTest, APausedOneIsEnrolledAndSaidToBePaused) {
  machine_.Write(std::string("cg") + FakeHost::kCgroup + "/cgroup.events",
                 "populated 1\nfrozen 1\n");
  const auto ran = machine_.Run({"enrol", "3f1c9a"});
  EXPECT_TRUE(Holds(ran.out, "enrolled (it is paused)")) << ran.out;
  EXPECT_EQ(Enrolled().size(), 1U);
}

TEST_F(EnrolTest, WithoutCgroupVersion2ItSaysSo) {
  machine_.host().SetCgroup(FakeHost::kInit, "3:memory:/x\n");
  const auto ran = machine_.Run({"enrol", "3f1c9a"});
  EXPECT_EQ(ran.status, CliStatus::kIncomplete);
  EXPECT_TRUE(Holds(ran.out, "not enrolled: it has no cgroup")) << ran.out;
}

TEST_F(EnrolTest, AnIdOfAnyBytesStaysInItsFolderAndOffTheTerminal) {
  std::filesystem::remove_all(machine_.path("run/crun"));
  machine_.Write("run/runc/x/state.json",
                 fmt::format(R"({{"id":"../../../\u001b[2J","init_process_pid":{},
                                 "init_process_start":{}}})",
                             FakeHost::kInit, FakeHost::kInitStart));
  const auto ran = machine_.Run({"enrol", "--all"});
  EXPECT_EQ(ran.status, CliStatus::kDone) << ran.out;
  EXPECT_EQ(ran.out.find('\x1b'), std::string::npos);
  ASSERT_EQ(Enrolled().size(), 1U);
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(machine_.path("run"))) {
    names.push_back(entry.path().filename());
  }
  std::ranges::sort(names);
  EXPECT_EQ(names, (std::vector<std::string>{"headroom", "runc"}));
}

TEST_F(EnrolTest, IsRootsAlone) {
  const auto ran = machine_.Run({"enrol", "--all"}, /*root=*/false);
  EXPECT_EQ(ran.status, CliStatus::kIncomplete);
  EXPECT_EQ(std::ranges::count(ran.err, '\n'), 1) << ran.err;
  EXPECT_TRUE(Holds(ran.err, "sudo")) << ran.err;
  EXPECT_TRUE(Enrolled().empty());
}

TEST_F(EnrolTest, TellsWhomItDoesNotFind) {
  EXPECT_EQ(machine_.Run({"enrol", "nobody"}).status, CliStatus::kNotFound);
  EXPECT_EQ(machine_.Run({"enrol"}).status, CliStatus::kUsage);
  EXPECT_EQ(machine_.Run({"enrol", "3f1c9a", "--all"}).status, CliStatus::kUsage);
  machine_.RunUnderCrun("3f1c9b", FakeHost::kInit + 1);
  machine_.AddInit(FakeHost::kInit + 1);
  EXPECT_EQ(machine_.Run({"enrol", "3f1c9"}).status, CliStatus::kAmbiguous);
  std::filesystem::remove_all(machine_.path("run/crun"));
  const auto none = machine_.Run({"enrol", "--all"});
  EXPECT_EQ(none.status, CliStatus::kDone);
  EXPECT_TRUE(Holds(none.err, "no container is running")) << none.err;
}

TEST_F(EnrolTest, UntilThenPsSaysThatItIsUnprotected) {
  auto row = FirstOf(machine_.Run({"ps", "--json"}));
  EXPECT_EQ(row["enrolled"], false);
  EXPECT_EQ(row["state"], "unprotected: started without the hook (headroom enrol)");
  EXPECT_EQ(row["limit"], 67108864);
  EXPECT_EQ(row["oom_kills"], nullptr) << "since when is not known";
  EXPECT_EQ(row["mode"], nullptr);
  (void)machine_.Run({"enrol", "--all"});
  row = FirstOf(machine_.Run({"ps", "--json"}));
  EXPECT_EQ(row["enrolled"], true);
  EXPECT_EQ(row["state"], "unwatched: no supervisor");
  EXPECT_EQ(row["oom_kills"], 0);
}

TEST_F(EnrolTest, PsSaysWhyOneCannotBeProtected) {
  WriteStatus(fmt::format(R"({{"pid": {}, "process-start-time": {}, "cgroup-path": "/a"}})",
                          FakeHost::kInit, FakeHost::kInitStart));
  EXPECT_TRUE(Holds(FirstOf(machine_.Run({"ps", "--json"}))["state"],
                    "unprotected: its init is in cgroup /box.slice/web, not in /a"));
}

}  // namespace
}  // namespace headroom
