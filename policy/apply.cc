#include "policy/apply.h"

#include <utility>

#include "container/facts/facts_record.h"
#include "container/facts/make_enrolment.h"
#include "policy/decision_record.h"
#include "policy/layers/resolve.h"

namespace headroom {

AppliedPolicy ApplyPolicy(const PolicyLayer& layer, const ContainerFacts& facts) {
  ResolvedPolicy resolved = Resolve(layer, SubjectOf(facts));
  AppliedPolicy applied{.policy = std::move(resolved.policy),
                        .warnings = std::move(resolved.warnings),
                        .decision = {},
                        .record = {}};
  applied.decision = Decide(facts, applied.policy);
  applied.record = ToDecisionRecord(applied.decision);
  applied.record.facts = FactsText(facts);
  return applied;
}

Enrolment EnrolmentUnder(const AppliedPolicy& applied, const ContainerFacts& facts,
                         std::vector<FindingRecord> findings) {
  Enrolment enrolment = MakeEnrolment(facts, applied.policy.mode, std::move(findings));
  enrolment.freeze = applied.policy.freeze;
  enrolment.log_lines = applied.policy.log_lines;
  enrolment.throttle = applied.policy.throttle;
  enrolment.pre_kill = applied.policy.pre_kill;
  enrolment.policy = applied.record;
  return enrolment;
}

}  // namespace headroom
