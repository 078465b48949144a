#include "explain/words/end_memory_statements.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "explain/testing/cases.h"
#include "explain/testing/killed_cases.h"

namespace headroom {
namespace {

using namespace testing_evidence;

Verdict VerdictOf(const EvidenceBuilder& builder) { return Explain(builder.Build()); }

TEST(Ending, AStatusAfterAnOomKillIsNeverNobodysDoing) {
  EvidenceBuilder counted = EndedByItself();
  Incident incident = EndIncident(WithCode(137));
  incident.oom_kill_from = incident.oom_kill_to = 1;
  counted.Record(incident);
  const auto is_clean = [](const Verdict& verdict) {
    return verdict.cause == Cause::kUnknown &&
           std::ranges::none_of(verdict.statements, [](const Statement& statement) {
             return statement.text.find("no kill was counted") != std::string::npos;
           });
  };
  EXPECT_TRUE(is_clean(VerdictOf(counted)));
  EXPECT_TRUE(is_clean(VerdictOf(Killed(WithCode(137), {.oom_victims = {4400}}))));
}

}  // namespace
}  // namespace headroom
