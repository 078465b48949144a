#include "container/facts/process_facts.h"

#include <gtest/gtest.h>

#include "container/testing/fake_host.h"

namespace headroom {
namespace {

using namespace std::string_literals;
using Strings = std::vector<std::string>;

OciConfig ConfigOf(const OciProcess& process) {
  OciConfig config;
  config.process = process;
  return config;
}

TEST(StartingProcess, WhatConfigJsonAsksForDecides) {
  const FakeHost host;
  const OciConfig config = ConfigOf(
      {.args = {"java"}, .env = {"A=1"}, .memlock = Limit(Bytes{0}), .oom_score_adj = 321});
  const ProcessFacts facts = CollectStartingProcess(host.view(), FakeHost::kInit, &config);
  EXPECT_EQ(facts.args, Strings{"java"});
  EXPECT_EQ(facts.env, Strings{"A=1"});
  EXPECT_EQ(facts.memlock, Limit(Bytes{0}));
}

TEST(StartingProcess, TheScoreIsTheOneThatTheInitHasSinceAFixMayHaveRaisedIt) {
  const FakeHost host;
  const OciConfig config =
      ConfigOf({.args = {}, .env = {}, .memlock = std::nullopt, .oom_score_adj = -900});
  EXPECT_EQ(CollectStartingProcess(host.view(), FakeHost::kInit, &config).oom_score_adj, -5);
  EXPECT_EQ(CollectStartingProcess(host.view(), FakeHost::kHook, &config).oom_score_adj, -900)
      << "where the init tells nothing";
}

TEST(StartingProcess, WhereConfigJsonIsSilentTheInitKeepsWhatItHas) {
  const FakeHost host;
  host.Write("proc/4321/cmdline", "runc\0init\0"s);
  const ProcessFacts facts = CollectStartingProcess(host.view(), FakeHost::kInit, nullptr);
  EXPECT_EQ(facts.memlock, Limit(Kibibytes(8192)));
  EXPECT_EQ(facts.oom_score_adj, -5);
  EXPECT_TRUE(facts.args.empty()) << "the waiting init is the runtime's own program";
}

TEST(StartingProcess, WhatNobodyTellsIsNotKnown) {
  const FakeHost host;
  const ProcessFacts facts = CollectStartingProcess(host.view(), FakeHost::kHook, nullptr);
  EXPECT_EQ(facts.memlock, std::nullopt);
  EXPECT_EQ(facts.oom_score_adj, std::nullopt);
}

TEST(RunningProcess, LimitsAreThoseThatItHasNow) {
  const FakeHost host;
  const OciConfig config =
      ConfigOf({.args = {"java"}, .env = {}, .memlock = Limit(Bytes{0}), .oom_score_adj = 321});
  const ProcessFacts facts = CollectRunningProcess(host.view(), FakeHost::kInit, &config);
  EXPECT_EQ(facts.args, Strings{"java"});
  EXPECT_EQ(facts.memlock, Limit(Kibibytes(8192)));
  EXPECT_EQ(facts.oom_score_adj, -5);
}

TEST(RunningProcess, WithoutConfigJsonTheInitTells) {
  const FakeHost host;
  host.Write("proc/4321/cmdline", "redis-server\0--maxmemory\0001gb\0"s);
  host.Write("proc/4321/environ", "A=1\0B=\0"s);
  const ProcessFacts facts = CollectRunningProcess(host.view(), FakeHost::kInit, nullptr);
  EXPECT_EQ(facts.args, (Strings{"redis-server", "--maxmemory", "1gb"}));
  EXPECT_EQ(facts.env, (Strings{"A=1", "B="}));
  EXPECT_EQ(facts.Env("A"), "1");
}

TEST(RunningProcess, AScoreThatNoKernelGivesIsNotKnown) {
  const FakeHost host;
  host.Write("proc/4321/oom_score_adj", "5000\n");
  EXPECT_EQ(CollectRunningProcess(host.view(), FakeHost::kInit, nullptr).oom_score_adj,
            std::nullopt);
}

}  // namespace
}  // namespace headroom
