#include <gtest/gtest.h>

#include <string>

#include "explain/testing/cases.h"
#include "explain/testing/odd_cases.h"
#include "explain/testing/said.h"
#include "explain/verdict.h"

namespace headroom {
namespace {

using namespace testing_evidence;

TEST(HeldBy, AnAbsentFigureIsLeftOutAndNotZero) {
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident()).File("before/memory.stat", "anon 60000000\n");
  const std::string text = Said(builder, "held by");
  EXPECT_TRUE(Holds(text, "anonymous 57.2 MiB 89 %")) << text;
  EXPECT_FALSE(Holds(text, "kernel")) << text;
  EXPECT_FALSE(Holds(text, "shared")) << text;
}

TEST(HeldBy, WhoHeldMoreAndDiedTooWasNotSpared) {
  LoggedKill other;
  other.pid = 77;
  other.at = kKilledAt - 1ms;
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .File("kernel/oom.log", OomLog(other) + OomLog({}))
      .Record(Processes({Process(kInit, "eat", 9000), Process(77, "hog", 50000)}));
  bool told = false;
  for (const Statement& statement : Explain(builder.Build()).statements) {
    told = told || Holds(statement.text, "held more than the victim and was killed too");
  }
  EXPECT_TRUE(told);
}

TEST(HeldBy, TheKernelsFiguresOfTheKillComeBeforeAnOldSnapshot) {
  const std::string text = Said(DockerWithSwapAndOldSnapshot(), "held by");
  EXPECT_TRUE(Holds(text, "(at the kill)")) << text;
}

TEST(HeldBy, NamesTheOneWhoHeldMoreThanTheVictim) {
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .File("kernel/oom.log", OomLog({}))
      .Record(Processes({Process(kInit, "eat", 9000), Process(77, "hog", 50000)}));
  bool named = false;
  for (const Statement& statement : Explain(builder.Build()).statements) {
    named = named || Holds(statement.text, "pid 77 hog, 48.8 MiB resident, held more");
  }
  EXPECT_TRUE(named);
}

}  // namespace
}  // namespace headroom
