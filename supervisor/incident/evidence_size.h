#pragma once

#include "base/bytes.h"
#include "supervisor/incident/incident.h"

namespace headroom {

/// What evidence takes of headroomd's memory, about: its texts, and a little for each. Pure.
[[nodiscard]] Bytes MemoryOf(const Section& section);
[[nodiscard]] Bytes MemoryOf(const Photograph& photograph);
/// With its photograph, which others may hold as well.
[[nodiscard]] Bytes MemoryOf(const CapturedIncident& incident);

}  // namespace headroom
