#include <string>

#include "base/text.h"
#include "fuzz/fuzz.h"
#include "policy/decide.h"

namespace {

/// Lines of the text: "LIMIT", then the command line's words, then behind an empty line the
/// environment's.
headroom::ContainerFacts FactsOf(std::string_view text) {
  using namespace headroom;
  ContainerFacts facts;
  facts.engine.engine = "docker";
  facts.host.memory_total = Mebibytes(8192);
  const auto limit = TakeLine(text);
  facts.cgroup.limits.max = Limit(Bytes{ParseUint64(limit.value_or("")).value_or(1U << 29U)});
  bool environment = false;
  while (const auto line = TakeLine(text)) {
    if (line->empty() && !environment) {
      environment = true;
      continue;
    }
    (environment ? facts.process.env : facts.process.args).emplace_back(*line);
  }
  return facts;
}

}  // namespace

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const ContainerFacts facts = FactsOf(text);
  const Rule* rule = FindRule("runtime-heap-fits");
  Require(rule != nullptr);
  const Decision decision = Decide(facts, Policy{}, std::span(&rule, 1));
  Require(decision.findings.size() + decision.notes.size() <= 1);
  for (const Finding& finding : decision.findings) {
    Require(finding.fixes.empty() && !finding.advice.empty());
    // A bounded line of plain text, whatever the container was given.
    Require(finding.fact.size() < 1000 && finding.advice.size() < 1000);
    Require(EscapedForPeople(finding.fact) == finding.fact);
    Require(EscapedForPeople(finding.advice) == finding.advice);
  }
}
