#pragma once

#include <string>

#include "container/enrolment/decision_record.h"
#include "policy/decide.h"

namespace headroom {

/// What is kept about a decision: every rule with its action, its parameters, where each of them
/// came from, and how it came out. Facts and times are the caller's to add. Pure.
[[nodiscard]] DecisionRecord ToDecisionRecord(const Decision& decision);

/// A value of a parameter as the policy file would say it, without quotes.
[[nodiscard]] std::string ParameterText(const ParameterValue& value);

}  // namespace headroom
