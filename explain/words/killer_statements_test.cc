#include "explain/words/killer_statements.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "explain/testing/cases.h"
#include "explain/testing/killed_cases.h"

namespace headroom {
namespace {

using namespace testing_evidence;

Verdict VerdictOf(const EvidenceBuilder& builder) { return Explain(builder.Build()); }

TEST(Ending, AnotherKillerBesideTheOomKillerIsNotMixedUp) {
  EvidenceBuilder builder;
  SentSignal kill = Sent(SIGKILL, kKilledAt - 1s,
                         Sender(300, "earlyoom", "/usr/bin/earlyoom", "earlyoom.service"));
  kill.target = 4400;
  builder.Record(OwnLimitIncident())
      .File("kernel/oom.log", OomLog({}))
      .File("kernel/signals.json", SerializeSignals({.signals = {kill}}));
  const Verdict verdict = VerdictOf(builder);
  EXPECT_EQ(verdict.killer, "kernel");
  EXPECT_FALSE(verdict.killer_process.has_value());
  EXPECT_TRUE(std::ranges::any_of(verdict.statements, [](const Statement& statement) {
    return statement.label == "note" && statement.text.find("earlyoom") != std::string::npos;
  }));
}

}  // namespace
}  // namespace headroom
