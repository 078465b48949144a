#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "container/enrolment.h"
#include "container/facts.h"
#include "container/make_enrolment.h"
#include "container/registry_dir.h"
#include "policy/decide.h"

namespace headroom {

/// Registers the container and wakes the supervisor. An error costs the container its watcher and
/// nothing else.
[[nodiscard]] Status Enrol(const StatePaths& paths, const Enrolment& enrolment);

}  // namespace headroom
