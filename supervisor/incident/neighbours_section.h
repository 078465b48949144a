#pragma once

#include <optional>

#include "evidence/store.h"
#include "supervisor/incident/incident.h"

namespace headroom {

/// neighbours.json, once the look around is done (waited for up to 1 s), completed by what the
/// kernel's log says of trigger and victim. In the thread that writes.
[[nodiscard]] Section NeighboursSection(const HostView& host, const CapturedIncident& incident);

/// Who asked for the page that was not there, by the report of a kill. The kernel prints the number
/// of a thread: that of its process where it lives. Its cgroup is that of the victim where it is
/// the victim, else read from it; a task that has begun after `detected` got the number since.
/// nullopt: the report does not say.
[[nodiscard]] std::optional<OomTrigger> FindTrigger(const HostView& host, const OomEvent& event,
                                                    std::optional<BootTime> detected);

}  // namespace headroom
