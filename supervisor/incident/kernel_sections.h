#pragma once

#include <vector>

#include "supervisor/incident/incident.h"

namespace headroom {

/// kernel/oom.log (the records as read) and kernel/oom.json (what they say), or rows that say why
/// there are none.
void AddKernelSections(const CapturedIncident& incident, std::vector<Section>& sections);

/// kernel/signals.json, or why signals were not watched.
[[nodiscard]] Section SignalsSection(const CapturedIncident& incident);

}  // namespace headroom
