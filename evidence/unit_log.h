#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/container_log.h"

namespace headroom {

inline constexpr const char* kUnitLog = "host/unit.log";

/// host/unit.log: what systemd itself wrote of a unit as it ended. Lines as in container/log.txt
/// (kept_log.h reads them back), with "systemd" behind the time.
[[nodiscard]] std::string SerializeUnitLog(const std::vector<ContainerLine>& lines);

/// What systemd writes of `unit` when a run of it is over, as its Result= has it: "success",
/// "oom-kill", "signal", "exit-code" ... nullopt: the line says something else. (systemd 252,
/// src/core/unit.c; up to 245 a success is "Succeeded.".) Pure.
[[nodiscard]] std::optional<std::string> ResultInLine(std::string_view line, std::string_view unit);

}  // namespace headroom
