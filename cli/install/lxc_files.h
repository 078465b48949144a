#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/install/engine_host.h"
#include "cli/install/verbs.h"

namespace headroom {

/// Our file in the folder that LXC's common.conf includes.
[[nodiscard]] std::string LxcCommonFile(const EngineHost& engines);

/// The file that `options` means: that one, or the configuration of the container, whose name is
/// one component of a path.
[[nodiscard]] Result<std::string> LxcFileFor(const EngineHost& engines, const LxcOptions& options);

/// The containers whose own configuration includes our file by its name, and which would not start
/// without it, by name; what cannot be read has none.
[[nodiscard]] std::vector<std::string> LxcContainersThatInclude(const EngineHost& engines,
                                                                const std::string& file);

/// The containers whose own configuration calls Headroom, by name; what cannot be read has none.
[[nodiscard]] std::vector<std::string> LxcContainersWithHooks(const EngineHost& engines);

}  // namespace headroom
