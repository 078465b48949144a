#pragma once

#include <chrono>
#include <optional>

#include "base/clock.h"
#include "supervisor/incident/incident.h"

namespace headroom {

/// What is read of a host or a container this long after a kill tells of another time. Longer than
/// an incident is held open for its container's pace (IncidentPace) and takes to be closed then.
inline constexpr std::chrono::seconds kLate{90};

/// The earliest moment at which the last of it can have been: when it was noticed; of one that was
/// found afterwards, the last kill by the kernel's log, else the recorder's last sample without
/// those kills, else the enrolment. nullopt: just now. Pure.
[[nodiscard]] std::optional<BootTime> NotBefore(const CapturedIncident& incident);

/// How late `now` is for reading what changes; nullopt: it is not. Pure.
[[nodiscard]] std::optional<std::chrono::seconds> LateBy(const CapturedIncident& incident,
                                                         BootTime now);

}  // namespace headroom
