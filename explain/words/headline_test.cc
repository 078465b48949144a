#include <gtest/gtest.h>

#include <string>

#include "explain/testing/cases.h"
#include "explain/testing/odd_cases.h"
#include "explain/testing/said.h"
#include "explain/verdict.h"

namespace headroom {
namespace {

using namespace testing_evidence;

TEST(Headline, SaysWhoByWhomAndWhen) {
  EXPECT_EQ(Explain(KillSingle().Build()).headline,
            "web (runc) was killed by the kernel's OOM killer, 2025-11-21 03:12:44 UTC");
  EXPECT_EQ(Explain(KillChild().Build()).headline,
            "a process of web (runc) was killed by the kernel's OOM killer, 2025-11-21 03:12:44 "
            "UTC; the container lives on");
}

/// `sh -c job`: the job was killed, and the shell ended because of that.
TEST(Headline, AnInitThatWasNotAmongTheKilledWasNotKilled) {
  Incident incident = OwnLimitIncident();
  incident.init_alive = false;
  LoggedKill kill;
  kill.pid = 4400;
  EvidenceBuilder builder;
  builder.Record(incident).File("kernel/oom.log", OomLog(kill));
  EXPECT_EQ(Explain(builder.Build()).headline,
            "a process of web (runc) was killed by the kernel's OOM killer, 2025-11-21 03:12:44 "
            "UTC; the container has ended as well");
  EXPECT_TRUE(
      Holds(Said(builder, "victim"), "init, pid 4321, was not killed and has ended as well"))
      << Said(builder, "victim");
}

TEST(Headline, AnInitThatEndedWithAStatusWasNotTheOneThatTheCounterTellsOf) {
  Incident incident = OwnLimitIncident();
  incident.init_alive = false;
  incident.init_exit = InitExit{.status = {.code = 137}, .source = "pidfd"};
  EvidenceBuilder builder;
  builder.Record(incident);
  EXPECT_EQ(Explain(builder.Build()).headline,
            "a process of web (runc) was killed by the kernel's OOM killer, 2025-11-21 03:12:44 "
            "UTC, exit 137; the container has ended as well");
}

TEST(Headline, WithoutALogNobodyIsSaidToBeTheInit) {
  Incident incident = OwnLimitIncident();
  incident.init_alive = false;
  EvidenceBuilder builder;
  builder.Record(incident);
  EXPECT_TRUE(Explain(builder.Build())
                  .headline.starts_with("the kernel's OOM killer killed 1 process of web (runc)"))
      << Explain(builder.Build()).headline;
}

TEST(Headline, AGroupBelowTheContainerIsNotTheContainer) {
  Incident incident = OwnLimitIncident();
  incident.init_alive = true;
  incident.oom_kill_to = 3;
  LoggedKill kill;
  kill.pid = 4400;
  kill.oom_memcg = kill.task_memcg = std::string(kCgroup) + "/job";
  kill.group = {4401};
  EvidenceBuilder builder;
  builder.Record(incident).File("kernel/oom.log", OomLog(kill));
  const Verdict verdict = Explain(builder.Build());
  EXPECT_EQ(verdict.cause, Cause::kGroupKill);
  EXPECT_EQ(verdict.headline,
            "2 processes of web (runc) were killed as a group by the kernel's OOM killer, "
            "2025-11-21 03:12:44 UTC; the container lives on");
  EXPECT_TRUE(Holds(Said(builder, "victim"), "as memory.oom.group of /job is set"))
      << Said(builder, "victim");
}

TEST(Headline, AnInferredKillIsDatedByTheLogAndNotByItsDiscovery) {
  EXPECT_TRUE(Holds(Explain(Inferred().Build()).headline, ", 2025-11-21 03:12:44 UTC"));
}

}  // namespace
}  // namespace headroom
