#include <fmt/format.h>

#include "explain/advice/advice.h"
#include "explain/inputs/citation.h"
#include "explain/kinds/kinds.h"
#include "explain/kinds/parts.h"
#include "explain/words/words.h"

namespace headroom {

Verdict ExplainDenial(const Evidence& evidence) {
  const Enrolment& container = evidence.container;
  Verdict verdict = Begin(evidence);
  verdict.headline = fmt::format("{} was not started: refused by policy", WhoText(container));
  if (container.enrolled_wall.count() > 0) {
    verdict.headline += ", " + ToPersonalText(container.enrolled_wall);
  }
  verdict.cause = Cause::kDenied;
  verdict.confidence = Confidence::kObserved;
  for (const FindingRecord& finding : container.findings) {
    const std::string what =
        fmt::format("{}: {}", Shown(finding.rule), ShownSentence(finding.fact));
    Append(verdict.statements,
           {{.label = finding.action == "deny" ? "denied" : Shown(finding.action),
             .text = what,
             .evidence = Cite(evidence, "container.json", JsonMember("rule", finding.rule))}});
  }
  verdict.advice = AdviceForDenial(container);
  return verdict;
}

}  // namespace headroom
