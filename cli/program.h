#pragma once

#include <string>
#include <vector>

#include "cli/environment.h"

namespace headroom {

/// The whole program without its process: `arguments` without the program's name. Returns the exit
/// status; throws nothing.
[[nodiscard]] int RunProgram(const Environment& environment, std::vector<std::string> arguments);

}  // namespace headroom
