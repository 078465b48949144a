#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "evidence/pre_kill_result.h"

namespace headroom {

/// Runs a command to its end, or kills it and all of its process group after `time`: standard input
/// is /dev/null, output and errors are read up to PreKillResult::kMostOutput and thrown away
/// beyond, the environment is `environment` alone, the directory is /. Blocks for as long. Fills in
/// outcome, status, reason, began, took and output.
[[nodiscard]] PreKillResult RunCommand(const std::vector<std::string>& command,
                                       const std::vector<std::string>& environment,
                                       std::chrono::seconds time);

}  // namespace headroom
