#pragma once

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "kernel/host_view.h"

namespace headroom {

/// Where the program lies that undoes, and who may have the cgroups' tree.
struct UndoProgram {
  std::string path = "/usr/lib/headroom/headroom-undo";
  std::string systemd_dir = "/run/systemd/system";  ///< is there where systemd runs
};

/// Starts the one that undoes in our place where no systemd does: a process with nothing of ours
/// (base/detached.h) but standard error and the other end of the life line that is returned. Its
/// cgroup is `<cgroup root>/headroom-undo`, so that it is stopped and killed with neither the
/// supervisor's nor a container's; where that cannot be had, or the tree is systemd's, ours. One
/// thread; before capabilities are dropped.
[[nodiscard]] Result<UniqueFd> StartUndo(const UndoProgram& program, const HostView& host,
                                         const std::string& run_dir);

}  // namespace headroom
