#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/environment.h"

namespace headroom {

/// An engine or runtime of this machine, or the device that several of them read.
struct EngineHere {
  /// "podman", "docker", "containerd", "crio", "lxc", "runc", "crun"; "cdi"
  std::string engine;
  std::string program;             ///< its path; empty: it has none (cdi)
  std::optional<bool> registered;  ///< nullopt: not known, or a matter of each bundle
  std::string where;               ///< the file or folder; bytes, escape before printing
  std::string note;                ///< what is not as it should be, or how to register; the same
};
/// The device is told where an engine is that may read it, or where its file is. Those that are
/// here, in the order above, each with whether it calls Headroom. Reads their configuration; asks
/// podman where its hooks lie.
[[nodiscard]] std::vector<EngineHere> EnginesHere(const Environment& environment);

}  // namespace headroom
