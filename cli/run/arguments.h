#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace headroom {

/// Too little to start any program; what is left below it is a mistake in the unit.
inline constexpr Bytes kLeastCommandMemory = Mebibytes(1);
/// A page: tmpfs takes a size of 0 for none at all.
inline constexpr Bytes kLeastCommandShm = Kibibytes(4);

/// What stands behind the first "--" of `headroom run ... -- COMMAND...`, taken off `arguments`
/// together with it: it is the command's, and nobody here looks at it. nullopt: there is no "--".
[[nodiscard]] std::optional<std::vector<std::string>> TakeCommand(
    std::vector<std::string>& arguments);

/// Why a command cannot be called that; empty when it can. The name becomes part of a unit's name,
/// of a cgroup's and of folders.
[[nodiscard]] std::string WhyNoName(std::string_view name);

/// What a command is called whose user gave it no name: its program's, and its process number, so
/// that two of them differ.
[[nodiscard]] std::string NameOfCommand(std::string_view program, pid_t pid);

/// Where `program` is looked for, in order, as execvp(3) does: itself when it has a slash, else in
/// each folder of `path` ($PATH; nullopt: not set). An empty folder there is the current one.
[[nodiscard]] std::vector<std::string> PlacesOfProgram(std::string_view program,
                                                       std::optional<std::string_view> path);

}  // namespace headroom
