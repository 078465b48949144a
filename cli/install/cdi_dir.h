#pragma once

#include <string>

#include "cli/install/engine_host.h"

namespace headroom {

/// Where our specification is to lie.
[[nodiscard]] std::string CdiSpecPath(const EngineHost& engines);

/// Another file of that folder that has devices of our kind; empty: none. What cannot be read, or
/// is written in YAML, is not looked at.
[[nodiscard]] std::string OtherSpecOfOurKind(const EngineHost& engines);

}  // namespace headroom
