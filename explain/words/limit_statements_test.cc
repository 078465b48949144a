#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "explain/testing/cases.h"
#include "explain/testing/odd_cases.h"
#include "explain/testing/said.h"
#include "explain/verdict.h"

namespace headroom {
namespace {

using namespace testing_evidence;

TEST(Limit, EqualLimitsOfContainerAndParentAreToldApart) {
  Incident incident = OwnLimitIncident();
  incident.levels = {Level(kCgroup, LevelRole::kContainer, Limit(Mebibytes(64)), 0, 1),
                     Level("/box.slice", LevelRole::kAncestor, Limit(Mebibytes(64)), 1, 1)};
  EvidenceBuilder builder;
  builder.Record(incident).File("cgroup/memory.max", "67108864\n");
  EXPECT_TRUE(Holds(Said(builder, "limit"), "the container's own is as large"))
      << Said(builder, "limit");
}

/// "swap allowed" would send somebody to look at swap that the host does not have.
TEST(Limit, SwapThatTheHostDoesNotHaveIsNotCalledAllowed) {
  const auto said = [](const char* meminfo) {
    EvidenceBuilder builder;
    builder.Record(OwnLimitIncident()).File("kernel/oom.log", OomLog({}));
    builder.File("cgroup/memory.swap.max", "max\n");
    if (meminfo != nullptr) builder.File("host/meminfo", meminfo);
    return Said(builder, "limit");
  };
  EXPECT_TRUE(Holds(said("SwapTotal: 0 kB\n"), ", no swap on the host"));
  EXPECT_TRUE(Holds(said("SwapTotal: 4 kB\n"), ", swap allowed"));
  EXPECT_TRUE(Holds(said(nullptr), ", swap allowed")) << "not recorded is not none";
}

TEST(Limit, ThatTheHostHasNoSwapIsSaidAlsoOfACgroupThatWasGoneAtOnce) {
  const auto said = [](const char* meminfo) {
    EvidenceBuilder builder;
    builder.Record(OwnLimitIncident()).File("kernel/oom.log", OomLog({}));
    builder.File("host/meminfo", meminfo);
    return Said(builder, "limit");
  };
  EXPECT_TRUE(Holds(said("SwapTotal: 0 kB\n"), ", no swap on the host"));
  EXPECT_FALSE(Holds(said("SwapTotal: 4 kB\n"), "swap")) << "what the container had is not known";
}

TEST(Limit, NodesThatWereFullAreNotTheHost) {
  std::string log = OomLog([] {
    LoggedKill kill;
    kill.oom_memcg.clear();
    return kill;
  }());
  const std::string none = "CONSTRAINT_NONE";
  log.replace(log.find(none), none.size(), "CONSTRAINT_CPUSET");
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident()).File("kernel/oom.log", log);
  EXPECT_TRUE(Holds(Said(builder, "limit"), "the memory nodes that it may use were full"))
      << Said(builder, "limit");
}

/// Several reports of one incident look alike; a line is of the one that is explained.
TEST(Limit, IsCitedFromTheReportThatIsExplained) {
  LoggedKill child;
  child.pid = 4400;
  const std::string first = OomLog(child);
  // The records of the second go on counting.
  std::string second = OomLog({});
  for (std::size_t at = second.find(",7"); at != std::string::npos;
       at = second.find(",7", at + 2)) {
    if (second[at + 4] == ',') second[at + 1] = '8';
  }
  const auto lines = static_cast<std::size_t>(std::ranges::count(first, '\n'));
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident()).File("kernel/oom.log", first + second);
  const Verdict verdict = Explain(builder.Build());
  ASSERT_EQ(verdict.victim_pid, kInit);
  EXPECT_EQ(verdict.statements.at(0).evidence, "kernel/oom.log:" + std::to_string(lines + 2));
}

TEST(Limit, SwapIsSaidOnlyWhereItIsKnown) {
  EvidenceBuilder without = KillSingle();
  EXPECT_TRUE(Holds(Said(without, "limit"), "no swap"));
  EXPECT_FALSE(Holds(Said(KillChild(), "limit"), "swap"));
  EXPECT_TRUE(Holds(Said(DockerWithSwapAndOldSnapshot(), "limit"),
                    "and 64 MiB of swap, 32 MiB of it used"));
}

}  // namespace
}  // namespace headroom
