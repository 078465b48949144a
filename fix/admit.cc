#include "fix/admit.h"

#include <utility>

#include "base/stopwatch.h"
#include "fix/finding_record.h"
#include "fix/settle.h"
#include "policy/apply.h"
#include "policy/decision_record.h"

namespace headroom {

Admission Admit(const PolicyLayer& policy, const FixContext& context, ContainerFacts& facts,
                const AdmitOptions& options) {
  Stopwatch watch;
  AppliedPolicy applied = ApplyPolicy(policy, facts);
  applied.record.facts_us = options.facts_us;
  applied.record.decide_us = watch.Lap();
  Admission admission{.denial = {},
                      .warnings = std::move(applied.warnings),
                      .record = {},
                      .supervisor = applied.policy.supervisor};
  if (const Finding* denial = applied.decision.Denial()) {
    admission.denial = *denial;
    admission.record = EnrolmentUnder(applied, facts, ToRecords(applied.decision.findings));
    return admission;
  }
  options.before_fixes();
  Settled settled = Settle(context, applied.policy, std::move(applied.decision), facts);
  applied.record.fixes_us = watch.Lap();
  applied.record.rules = ToDecisionRecord(settled.decision).rules;
  admission.denial = std::move(settled.denial);
  admission.record = EnrolmentUnder(applied, facts, std::move(settled.records));
  return admission;
}

}  // namespace headroom
