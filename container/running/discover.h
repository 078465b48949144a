#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "container/running/running_facts.h"
#include "kernel/host_view.h"

namespace headroom {

/// Containers of this host that run now, enrolled or not, from the state that runc and crun keep
/// below `run_dir`: /run for root's, $XDG_RUNTIME_DIR for those of a user. Looked through are
/// runc/<id>, crun/<id> (also podman's and CRI-O's), docker/runtime-runc/<namespace>/<id> and
/// containerd/runc/<namespace>/<id>. Sorted by id.
///
/// A state is believed only in a plain file of root's or our own; one whose init has ended, or
/// whose process number is another's by now, is passed over, and so is what cannot be understood.
/// Containers of LXC and systemd-nspawn have no such state and are not found.
[[nodiscard]] std::vector<RunningContainer> DiscoverRunning(const HostView& host,
                                                            const std::string& run_dir);

/// runc's state.json (libcontainer.State): id, init_process_pid, init_process_start, the cgroup in
/// cgroup_paths, and the bundle among config.labels. Pure; kMalformed names `where` and the key.
[[nodiscard]] Result<RunningContainer> ParseRuncState(std::string_view text,
                                                      std::string_view where);

/// crun's status: pid, process-start-time, cgroup-path, bundle; the id is the name of its folder.
/// Pure.
[[nodiscard]] Result<RunningContainer> ParseCrunStatus(std::string_view text, std::string_view id,
                                                       std::string_view where);

}  // namespace headroom
