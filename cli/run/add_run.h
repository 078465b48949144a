#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/judging_verbs.h"

namespace headroom {

/// The arguments of `run`. `command` is what TakeCommand() has taken off before CLI11 sees it,
/// which would look for options and brackets in it. Both references outlive `program`.
void AddRun(CLI::App& program, const Environment& environment, Verb& verb,
            std::optional<std::vector<std::string>> command);

}  // namespace headroom
