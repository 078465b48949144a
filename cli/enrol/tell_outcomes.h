#pragma once

#include <vector>

#include "cli/enrol/enrol_target.h"
#include "cli/environment.h"
#include "policy/layers/load.h"

namespace headroom {

/// A line for people, and one for each finding.
void PrintOutcome(const Environment& environment, const EnrolOutcome& outcome);
/// All of them (headroom.enrol/1).
void PrintOutcomesJson(const Environment& environment, const std::vector<EnrolOutcome>& outcomes);

/// What stands in nobody's list of containers: of the policy, and of who is to watch. On the error
/// stream.
void TellSurroundings(const Environment& environment, const LoadedPolicy& policy);

}  // namespace headroom
