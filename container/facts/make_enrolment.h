#pragma once

#include <vector>

#include "container/enrolment/enrolment.h"
#include "container/facts/facts.h"

namespace headroom {

/// The record of a container as its facts are now: who, where, the counters it goes on from, what
/// policy said. Pure but for the clock.
[[nodiscard]] Enrolment MakeEnrolment(const ContainerFacts& facts, Mode mode,
                                      std::vector<FindingRecord> findings);

}  // namespace headroom
