#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "container/enrolment.h"
#include "container/facts.h"
#include "container/registry_dir.h"
#include "policy/decide.h"

namespace headroom {

/// The record of one start: who, where, the counters it starts from, what policy said. Pure but
/// for the clock.
[[nodiscard]] Enrolment MakeEnrolment(const ContainerFacts& facts, Mode mode,
                                      std::vector<FindingRecord> findings);

/// Registers the container and wakes the supervisor. An error costs the container its watcher and
/// nothing else.
[[nodiscard]] Status Enrol(const StatePaths& paths, const Enrolment& enrolment);

}  // namespace headroom
