#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace headroom {

enum class SystemdOwner;

/// What systemd says of a service or a scope.
struct UnitState {
  bool loaded = false;        ///< there is such a unit
  std::string active_state;   ///< "active", "inactive", ...
  std::string control_group;  ///< "/system.slice/web.service"; empty: it has none now
  std::optional<pid_t> main;  ///< its main process; nullopt: it has none, or (a scope) names none
  std::string oom_policy;     ///< "stop", "continue", "kill"; empty: not known
};

/// Asks the system's manager (sd-bus). `unit` is a whole name, "web.service".
[[nodiscard]] Result<UnitState> AskSystemd(const std::string& unit);
/// The same of either manager.
[[nodiscard]] Result<UnitState> AskSystemdOf(SystemdOwner owner, const std::string& unit);

/// "web" -> "web.service", as systemctl takes names. An error says why it is the name of no service
/// and of no scope. Pure.
[[nodiscard]] Result<std::string> UnitNameOf(std::string_view text);

}  // namespace headroom
