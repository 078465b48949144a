#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/install/engine_host.h"

namespace headroom {

/// Containers that would not start, or not stop as they should, without something of Headroom's.

/// What people call them; bytes, escape before printing.
using Dependents = std::vector<std::string>;

/// "has 3 containers ...: web db cache", at most 20 of them; `kind` is "container" or "pod".
[[nodiscard]] std::string CountedNames(const Dependents& names, std::string_view kind,
                                       std::string_view what);

/// What containerd has started with `headroom-runtime`, by the folders that its shims keep below
/// `state_dir` for each task.
struct ContainerdTasks {
  /// Pods of its CRI plugin, "namespace/pod", each once: a container of theirs is started again by
  /// the name of the handler.
  Dependents pods;
  Dependents others;  ///< containers of other clients, as ctr: they name the program itself
};
/// What cannot be understood is left out; a folder that we may not read is an error.
[[nodiscard]] Result<ContainerdTasks> TasksOfHeadroom(const EngineHost& host);

/// Containers of Podman's, in the text of `podman container inspect` of all, that were made with
/// the device of that kind. Podman tells of no device, but of the command that made a container;
/// one that was made through its socket says nothing. kMalformed names `where`. Pure.
[[nodiscard]] Result<Dependents> ContainersMadeWithDevice(std::string_view inspected,
                                                          std::string_view kind,
                                                          std::string_view where);

}  // namespace headroom
