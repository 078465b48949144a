#include "explain/words/unit_statements.h"

#include <gtest/gtest.h>

#include "evidence/unit_log.h"
#include "explain/testing/cases.h"
#include "explain/verdict.h"

namespace headroom {
namespace {

using namespace testing_evidence;

std::vector<Statement> SaidOfUnit(EvidenceBuilder builder) {
  std::vector<Statement> said;
  for (Statement& statement : Explain(builder.Build()).statements) {
    if (statement.label == "unit") said.push_back(std::move(statement));
  }
  return said;
}

EvidenceBuilder KilledUnit() {
  EvidenceBuilder builder = KillSingle();
  builder.container().engine = "systemd";
  builder.container().id = "web.service";
  builder.container().oom_policy = "stop";
  return builder;
}

std::string LogOf(const std::vector<std::string>& texts) {
  std::vector<ContainerLine> lines;
  for (const std::string& text : texts) {
    lines.push_back(
        {.stamp = "2025-11-21T03:12:44.000Z", .at = {}, .stream = "systemd", .text = text});
  }
  return SerializeUnitLog(lines);
}

TEST(UnitStatements, SayWhatSystemdMadeOfItAndWhy) {
  EvidenceBuilder builder = KilledUnit();
  builder.File("host/unit.log", LogOf({"web.service: A process of this unit has been killed by the "
                                       "OOM killer.",
                                       "web.service: Failed with result 'oom-kill'."}));
  const auto said = SaidOfUnit(builder);
  ASSERT_EQ(said.size(), 2U);
  EXPECT_EQ(said[0].text, "systemd ended it with Result=oom-kill");
  EXPECT_EQ(said[0].evidence, "host/unit.log:4");
  EXPECT_EQ(said[1].text,
            "OOMPolicy=stop: systemd ends all of it when one of its processes is killed");
  EXPECT_TRUE(said[1].evidence.starts_with("container.json:")) << said[1].evidence;
}

TEST(UnitStatements, AResultThatWasNotSaidIsNotTold) {
  EXPECT_EQ(SaidOfUnit(KilledUnit()).size(), 1U);
  EvidenceBuilder builder = KilledUnit();
  builder.container().oom_policy = "wait-for-godot";
  builder.File("host/unit.log", LogOf({"db.service: Failed with result 'oom-kill'."}));
  EXPECT_TRUE(SaidOfUnit(builder).empty());
}

TEST(UnitStatements, AreOfUnitsAlone) {
  EvidenceBuilder builder = KilledUnit();
  builder.container().engine = "docker";
  builder.File("host/unit.log", LogOf({"web.service: Failed with result 'oom-kill'."}));
  EXPECT_TRUE(SaidOfUnit(builder).empty());
}

}  // namespace
}  // namespace headroom
