#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/environment.h"
#include "container/enrolment/enrolment.h"
#include "container/facts/facts.h"
#include "container/running/running_facts.h"

namespace headroom {

/// A container that runs, enrolled or not.
struct Target {
  RunningContainer container;
  std::optional<Enrolment> enrolment;
};

/// Every container that runs: what is enrolled, and what runc and crun know of besides. One whose
/// init has ended is none. The error is of the registry.
[[nodiscard]] Result<std::vector<Target>> RunningTargets(const Environment& environment);

/// The one that is meant, by name, id or unique prefix. kNotFound and kExists (several fit, which
/// are named) tell people in `what`, without a place.
[[nodiscard]] Result<Target> FindTarget(const Environment& environment, std::string_view wanted);

/// Tells why FindTarget() found none; returns the exit status that goes with it.
int TellNoTarget(const Environment& environment, const Error& error);

/// Its facts as they are now; kGone when it has ended meanwhile.
[[nodiscard]] Result<ContainerFacts> FactsOfTarget(const Environment& environment,
                                                   const Target& target);

}  // namespace headroom
