#pragma once

#include <chrono>
#include <string>

#include "base/result.h"
#include "evidence/neighbours.h"
#include "kernel/host_view.h"

namespace headroom {

/// The name of the level that is no cgroup: the machine itself.
inline constexpr const char* kHostLevel = "host";

/// Bounds of one look around.
struct NeighbourBounds {
  std::size_t most_directories = 4096;
  std::chrono::nanoseconds longest = std::chrono::milliseconds(300);
};

/// Whom the memory of `level` was shared with: the 20 largest cgroups, without trigger and victim,
/// which the kernel's log names later.
///
/// `level` is a cgroup's path; then they are the cgroups right below it. For kHostLevel they are
/// the units and containers of the machine: from the root down, a systemd scope or service is one
/// (but for user@N.service, which has units of its own below), and so is any other cgroup that has
/// processes in itself; nothing below one is looked at.
///
/// Any thread but the event loop: reads thousands of files where a machine is full. kGone: the
/// level was removed; kNotFound: this host has no cgroup v2.
[[nodiscard]] Result<Neighbours> LookAround(const HostView& host, const std::string& level,
                                            const NeighbourBounds& bounds = {});

/// Says of each row whether it is the container's, the victim's, the trigger's. `victim` and
/// `trigger` are cgroups; empty: not known.
void MarkNeighbours(Neighbours& neighbours, const std::string& container, const std::string& victim,
                    const std::string& trigger);

}  // namespace headroom
