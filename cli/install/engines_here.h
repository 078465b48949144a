#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/environment.h"

namespace headroom {

/// An engine or runtime of this machine.
struct EngineHere {
  std::string engine;   ///< "podman", "docker", "containerd", "crio", "lxc", "runc", "crun"
  std::string program;  ///< its path
  std::optional<bool> registered;  ///< nullopt: not known, or a matter of each bundle
  std::string where;               ///< the file or folder; bytes, escape before printing
  std::string note;                ///< what is not as it should be, or how to register; the same
};
/// Those that are here, in the order above, each with whether it calls Headroom. Reads their
/// configuration; asks podman where its hooks lie.
[[nodiscard]] std::vector<EngineHere> EnginesHere(const Environment& environment);

}  // namespace headroom
