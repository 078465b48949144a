#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "base/result.h"
#include "kernel/exit/exit_status.h"

namespace headroom {

/// How the container's init ended, and who told.
struct InitExit {
  ExitStatus status;
  std::string source;  ///< "pidfd", "connector" or "zombie"
};

/// {"code"|"signal": N, "source": "..."}.
[[nodiscard]] nlohmann::json InitExitToJson(const InitExit& exit);
/// nullopt, and an error in `status`, when it has not exactly one of the two or a number that no
/// process ends with.
[[nodiscard]] std::optional<InitExit> InitExitFromJson(const nlohmann::json& object,
                                                       const std::string& where, Status& status);

}  // namespace headroom
