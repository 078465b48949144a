#pragma once

#include "base/result.h"
#include "container/enrolment/enrolment.h"
#include "container/enrolment/registry_dir.h"

namespace headroom {

/// Registers the container and wakes the supervisor, for whoever enrols: the hook, `headroom enrol`
/// and `headroom run`. An error costs the container its watcher and nothing else.
[[nodiscard]] Status Enrol(const StatePaths& paths, const Enrolment& enrolment);

}  // namespace headroom
