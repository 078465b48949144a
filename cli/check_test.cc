#include "cli/check.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "cli/testing/judged_machine.h"
#include "policy/rule.h"

namespace headroom {
namespace {

bool Holds(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

void ExpectCouldNot(const JudgedMachine::Ran& ran, const std::string& piece) {
  EXPECT_EQ(ran.status, JudgeStatus::kCouldNot) << ran.out;
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(std::ranges::count(ran.err, '\n'), 1) << ran.err;
  EXPECT_TRUE(Holds(ran.err, piece)) << ran.err;
}

nlohmann::json Json(const JudgedMachine::Ran& ran) {
  auto json = ParseJsonObject(ran.out, "out");
  EXPECT_TRUE(json) << ran.out << ran.err;
  return json.value_or(nlohmann::json::object());
}

/// A policy that has every rule off but those, which have these actions. Rules that are still to
/// come change nothing about what a test sees by it.
std::string Only(const std::map<std::string, std::string>& actions) {
  nlohmann::json rules = nlohmann::json::object();
  for (const Rule* rule : AllRules()) rules[std::string(rule->id)]["action"] = "off";
  for (const auto& [rule, action] : actions) rules[rule]["action"] = action;
  return nlohmann::json{{"rules", std::move(rules)}}.dump();
}

std::string OffText(std::size_t on) {
  return fmt::format("{} rules, {} off", AllRules().size(), AllRules().size() - on);
}

TEST(CheckFile, ASaneConfigIsClean) {
  const JudgedMachine machine;
  machine.Write("web/config.json", kGoodConfig);
  const auto ran = machine.Run({"check", machine.path("web/config.json")}, /*root=*/false);
  EXPECT_EQ(ran.status, JudgeStatus::kClean) << ran.out;
  EXPECT_EQ(ran.err, "");
  EXPECT_TRUE(ran.out.starts_with(fmt::format(
      "judged by config.json: what a runtime would set\n{} (runc): nothing found ({} rules, ",
      machine.path("web/config.json"), AllRules().size())))
      << ran.out;
  EXPECT_EQ(std::ranges::count(ran.out, '\n'), 2) << ran.out;
}

TEST(CheckFile, ABadConfigIsToldInFull) {
  const JudgedMachine machine;
  machine.Write("web/config.json", kBadConfig);
  machine.Write("policy.json", Only({{"oom-score-adj", "deny"},
                                     {"runtime-heap-fits", "warn"},
                                     {"ancestor-tighter", "warn"},
                                     {"shm-sized", "fix"}}));
  const auto ran = machine.Run(
      {"check", machine.path("web/config.json"), "--policy", machine.path("policy.json")},
      /*root=*/false);
  EXPECT_EQ(ran.status, JudgeStatus::kFindings);
  EXPECT_EQ(ran.err, "");
  EXPECT_EQ(ran.out, "judged by config.json: what a runtime would set\n" +
                         machine.path("web/config.json") + " (runc): 3 findings, denied (" +
                         OffText(4) + R"(, 1 not judged)
  oom-score-adj: deny
    seen  oom_score_adj is -1000: the kernel kills none of its processes, not even at its own limit, and others in their place; policy accepts -998 to 1000
    type  set process.oomScoreAdj to -998 in config.json
  runtime-heap-fits: warn
    seen  java is started with -Xmx1g: a heap of 1 GiB, 200 % of the 512 MiB limit; policy accepts 410 MiB, since a JVM needs memory beside it
    type  start it with -Xmx409m, or raise the limit: set linux.resources.memory.limit to 1342177280 in config.json (and memory.swap, where it is set, to no less)
  shm-sized: fix
    seen  /dev/shm may hold 2 GiB, 400 % of the memory limit; policy accepts 256 MiB of the 512 MiB limit
    fix   /dev/shm to 256 MiB
    type  set size=256m among the options of the mount on /dev/shm in config.json
)");
}

TEST(CheckFile, IsMeantByItsBundleToo) {
  const JudgedMachine machine;
  machine.Write("web/config.json", kGoodConfig);
  EXPECT_EQ(machine.Run({"check", machine.path("web")}).status, JudgeStatus::kClean);
  EXPECT_EQ(machine.Run({"check", machine.path("web/")}).status, JudgeStatus::kClean);
}

TEST(CheckFile, OneThatCannotBeJudgedIsOneLine) {
  const JudgedMachine machine;
  machine.Write("web/config.json", "{");
  machine.Write("typed.json", R"({"linux": {"resources": {"memory": {"limit": "512M"}}}})");
  machine.Write("empty/x", "");
  ASSERT_EQ(mkfifo(machine.path("fifo.json").c_str(), 0600), 0);
  ExpectCouldNot(machine.Run({"check", machine.path("web")}), "web/config.json");
  ExpectCouldNot(machine.Run({"check", machine.path("typed.json")}), "limit");
  ExpectCouldNot(machine.Run({"check", machine.path("empty")}), "empty/config.json");
  ExpectCouldNot(machine.Run({"check", machine.path("none.json")}), "none.json");
  ExpectCouldNot(machine.Run({"check", machine.path("fifo.json")}), "regular file");
  ExpectCouldNot(machine.Run({"check", "no-such-file.json"}), "no-such-file.json");
}

TEST(CheckFile, JsonHoldsFindingsRulesAndFacts) {
  const JudgedMachine machine;
  machine.Write("web/config.json", kBadConfig);
  const auto ran = machine.Run({"check", "--json", machine.path("web")});
  EXPECT_EQ(ran.status, JudgeStatus::kFindings);
  const auto json = Json(ran);
  EXPECT_EQ(json["schema"], "headroom.check/1");
  ASSERT_EQ(json["containers"].size(), 1U);
  const auto& container = json["containers"][0];
  EXPECT_EQ(container["name"], machine.path("web/config.json"));
  EXPECT_EQ(container["judged_by"], "config");
  EXPECT_EQ(container["mode"], "tripwire");
  EXPECT_EQ(container["denied"], false);
  EXPECT_EQ(container["rules"].size(), AllRules().size());
  EXPECT_EQ(container["facts"]["source"], "config");
  const auto found = std::ranges::find_if(
      container["findings"], [](const nlohmann::json& row) { return row["rule"] == "shm-sized"; });
  ASSERT_NE(found, container["findings"].end());
  const auto& finding = *found;
  EXPECT_EQ(finding["action"], "warn");
  EXPECT_EQ(finding["fixes"][0]["setting"], "/dev/shm");
  EXPECT_EQ(finding["fixes"][0]["value"], "268435456");
  EXPECT_TRUE(Holds(finding["advice"], "size=256m"));
}

TEST(CheckFile, WhatWasNotJudgedIsToldWhenAskedFor) {
  const JudgedMachine machine;
  machine.Write("web/config.json", kGoodConfig);
  EXPECT_FALSE(Holds(machine.Run({"check", machine.path("web")}).out, ": not judged:"));
  EXPECT_TRUE(Holds(machine.Run({"check", "-v", machine.path("web")}).out,
                    "  ancestor-tighter: not judged: "));
}

TEST(CheckPolicy, ABrokenOneIsOneLineAndNothingIsJudged) {
  const JudgedMachine machine;
  machine.Write("web/config.json", kGoodConfig);
  const std::string web = machine.path("web");
  machine.Write("bad.json", R"({"mode": "loud"})");
  ExpectCouldNot(machine.Run({"check", web, "--policy", machine.path("bad.json")}), "bad.json");
  ExpectCouldNot(machine.Run({"check", web, "--policy", machine.path("none.json")}), "none.json");
  machine.Write("etc/policy.json", "{");
  ExpectCouldNot(machine.Run({"check", web}), "etc/policy.json");
}

TEST(CheckPolicy, IsTheMachinesOrAFolder) {
  const JudgedMachine machine;
  machine.Write("web/config.json", kBadConfig);
  const auto denied = [&](const std::vector<std::string>& arguments) {
    return Holds(machine.Run(arguments).out, "denied");
  };
  EXPECT_FALSE(denied({"check", machine.path("web")}));
  machine.Write("etc/policy.d/9.json", R"({"profile": "strict"})");
  EXPECT_TRUE(denied({"check", machine.path("web")}));
  EXPECT_TRUE(denied({"check", machine.path("web"), "--policy", machine.path("etc")}));
}

TEST(CheckContainer, AnEnrolledOneIsJudgedAsItIsNow) {
  const JudgedMachine machine;
  machine.EnrolShop();
  for (const char* name : {"shop", "3f1c9a", "3f1", "docker-3f1c9a"}) {
    const auto ran = machine.Run({"check", name});
    EXPECT_EQ(ran.status, JudgeStatus::kFindings) << name << ran.err;
    EXPECT_TRUE(ran.out.starts_with("shop (docker): ")) << ran.out;
    EXPECT_TRUE(Holds(ran.out, "/dev/shm may hold 64 MiB, 100 %")) << ran.out;
  }
}

TEST(CheckContainer, OneThatNobodyEnrolledIsFoundByItsRuntimesState) {
  const JudgedMachine machine;
  machine.RunUnderCrun("loose", FakeHost::kInit);
  const auto ran = machine.Run({"check", "loo"});
  EXPECT_EQ(ran.status, JudgeStatus::kFindings) << ran.err;
  EXPECT_TRUE(ran.out.starts_with("loose (crun): ")) << ran.out;
}

TEST(CheckContainer, OneWithNothingToFindIsOneLine) {
  const JudgedMachine machine;
  machine.EnrolShop();
  machine.Write("etc/policy.json", Only({{"memory-max-required", "deny"}}));
  const auto ran = machine.Run({"check", "shop"});
  EXPECT_EQ(ran.status, JudgeStatus::kClean);
  EXPECT_EQ(ran.out, "shop (docker): nothing found (" + OffText(1) + ")\n");
}

TEST(CheckContainer, NobodyIsCouldNot) {
  const JudgedMachine machine;
  ExpectCouldNot(machine.Run({"check", "web"}), "no container \"web\" is running");
  EXPECT_FALSE(Holds(machine.Run({"check", "web"}).err, "sudo"));
  ExpectCouldNot(machine.Run({"check", "web"}, /*root=*/false), "need sudo");
  machine.Enrol(machine.Enrolled("gone", 99));
  ExpectCouldNot(machine.Run({"check", "gone"}), "no container \"gone\" is running");
}

TEST(CheckContainer, TwoThatRunUnderOneNameAreNamedAndNoneIsChosen) {
  const JudgedMachine machine;
  machine.EnrolShop();
  machine.AddInit(5000);
  machine.Enrol(machine.Enrolled("7a7a", 5000));
  ExpectCouldNot(machine.Run({"check", "shop"}), "shop (docker, 3f1c9a)");
  EXPECT_TRUE(Holds(machine.Run({"check", "shop"}).err, "shop (docker, 7a7a)"));
  EXPECT_EQ(machine.Run({"check", "7a7a"}).err, "");
}

TEST(CheckAll, IsEachContainerOnceInOneAnswer) {
  const JudgedMachine machine;
  machine.EnrolShop();
  machine.RunUnderCrun("3f1c9a", FakeHost::kInit);  // what is enrolled is known to its runtime too
  machine.AddInit(5000);
  machine.RunUnderCrun("loose", 5000);
  machine.Enrol(machine.Enrolled("gone", 99));
  const auto json = Json(machine.Run({"check", "--all", "--json"}));
  ASSERT_EQ(json["containers"].size(), 2U);
  EXPECT_EQ(json["containers"][0]["name"], "shop");
  EXPECT_EQ(json["containers"][0]["judged_by"], "container");
  EXPECT_EQ(json["containers"][1]["id"], "loose");
}

TEST(CheckAll, NothingThatRunsIsCleanForRootAlone) {
  const JudgedMachine machine;
  const auto ran = machine.Run({"check", "--all"});
  EXPECT_EQ(ran.status, JudgeStatus::kClean);
  EXPECT_TRUE(Holds(ran.err, "no container is running")) << ran.err;
  ExpectCouldNot(machine.Run({"check", "--all"}, /*root=*/false), "need sudo");
}

TEST(Check, WritesNothing) {
  const JudgedMachine machine;
  machine.EnrolShop();
  machine.Write("etc/policy.json", R"({"rules": {"shm-sized": {"action": "fix"}}})");
  const auto listing = [&] {
    std::vector<std::pair<std::string, std::filesystem::file_time_type>> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(machine.path(""))) {
      files.emplace_back(entry.path(), entry.last_write_time());
    }
    std::ranges::sort(files);
    return files;
  };
  const auto before = listing();
  EXPECT_EQ(machine.Run({"check", "--all"}).status, JudgeStatus::kFindings);
  EXPECT_EQ(machine.Run({"policy", "try", machine.path("etc")}).status, JudgeStatus::kClean);
  EXPECT_EQ(listing(), before);
}

TEST(Check, WrongUsageIsOneLine) {
  const JudgedMachine machine;
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"check"},
                                                    {"check", ""},
                                                    {"check", "a", "--all"},
                                                    {"check", "a", "--policy", ""},
                                                    {"check", "a", "b"},
                                                    {"policy"},
                                                    {"policy", "frobnicate"},
                                                    {"policy", "try"}}) {
    ExpectCouldNot(machine.Run(arguments), "headroom --help");
  }
}

}  // namespace
}  // namespace headroom
