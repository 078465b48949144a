#pragma once

#include <string>
#include <vector>

#include "container/enrolment/decision_record.h"
#include "container/enrolment/enrolment.h"
#include "container/facts/facts.h"
#include "policy/decide.h"
#include "policy/layers/layer.h"
#include "policy/policy.h"

namespace headroom {

/// A policy as it was applied to one container: what everybody goes by who enrols one.
struct AppliedPolicy {
  Policy policy;                      ///< what holds for this container
  std::vector<std::string> warnings;  ///< of how that came about: refused annotations; escaped
  Decision decision;
  DecisionRecord record;  ///< of the decision and its facts; the times are the caller's to add
};
/// Pure.
[[nodiscard]] AppliedPolicy ApplyPolicy(const PolicyLayer& layer, const ContainerFacts& facts);

/// The record of a container as its facts are now, with what policy said about it. `findings` as
/// they came out. Pure but for the clock.
[[nodiscard]] Enrolment EnrolmentUnder(const AppliedPolicy& applied, const ContainerFacts& facts,
                                       std::vector<FindingRecord> findings);

}  // namespace headroom
