#pragma once

#include <string>

#include "base/result.h"
#include "cli/environment.h"

namespace headroom {

/// The config.toml of this machine's containerd: the one that a containerd that runs was started
/// with, else `environment.engines.containerd_config`. kDenied where what runs it (k3s, RKE2,
/// dockerd) writes that file anew at each start. Looks at all processes.
[[nodiscard]] Result<std::string> ConfigOfContainerd(const Environment& environment);

}  // namespace headroom
