#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "container/facts/facts.h"

namespace headroom {

/// The config.json that a command's argument means: one with a '/' in it or ending in ".json", or
/// a folder that holds a config.json (then the file in it). nullopt: it is a container's name.
[[nodiscard]] std::optional<std::string> ConfigFileMeant(const std::string& argument);

/// What a runtime on cgroup v2 would set by that file. This host has no part in it, so that the
/// answer is the same on every machine. Errors name the file, and the key where it is malformed.
[[nodiscard]] Result<ContainerFacts> FactsOfConfigFile(const std::string& path);

}  // namespace headroom
