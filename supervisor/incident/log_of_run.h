#pragma once

#include <optional>

#include "base/clock.h"
#include "supervisor/incident/incident.h"

namespace headroom {

/// container/log.txt: the last lines that this run of the container wrote. An engine goes on in the
/// same log when it starts the container again, which may be sooner than the bundle is made: what
/// was written since then is no word of the one that died.
[[nodiscard]] Section LogSection(const CapturedIncident& incident);

/// When the next generation of the same container was enrolled; nullopt: none is registered.
[[nodiscard]] std::optional<WallTime> NextRunEnrolled(const CapturedIncident& incident);

}  // namespace headroom
