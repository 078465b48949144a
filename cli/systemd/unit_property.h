#pragma once

#include <systemd/sd-bus.h>

#include <string_view>

namespace headroom {

/// Appends a line of a unit file ("WatchdogSec=1500ms") to the properties of a request, by the name
/// and in the type that it has on the bus (org.freedesktop.systemd1(5); what systemd-run does,
/// systemd's shared/bus-unit-util.c). Knows the lines of container/supervision/supervisor_units.h.
/// Negative: an errno, by sd-bus's own convention; -EINVAL for another line.
[[nodiscard]] int AppendUnitProperty(sd_bus_message* message, std::string_view line);

}  // namespace headroom
