#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "container/enrolment/enrolment.h"
#include "policy/rule.h"
#include "policy/supervisor_choice.h"

namespace headroom {

/// The origin of what no file, profile or annotation has named.
inline constexpr std::string_view kBuiltInOrigin = "built-in";

/// What policy says about one rule, for one container. Parameters that nothing names are not in
/// `values`. An origin is for people: "built-in", a file, "profile strict", "override 2 of FILE",
/// "annotation io.headroom.mode".
struct RuleSettings {
  Action action = Action::kWarn;
  std::string action_origin{kBuiltInOrigin};
  ParameterValues values;
  std::map<std::string, std::string, std::less<>> value_origins;  ///< the same keys as `values`
  /// The override that says something of this rule as well, and of which it is not known yet
  /// whether it holds; empty: none. The rule is left to whoever will know.
  std::string undecided_by;

  bool operator==(const RuleSettings&) const = default;
};

/// Who said each part of a Throttle, for people.
struct ThrottleOrigins {
  std::string high_share{kBuiltInOrigin};
  std::string stall_limit{kBuiltInOrigin};
  std::string stall_grace{kBuiltInOrigin};

  bool operator==(const ThrottleOrigins&) const = default;
};

/// The whole policy for one container: all layers resolved (policy/resolve.h). The built-in one
/// has no rows: every rule warns, the mode is tripwire, logs are kept. Value type; pure data.
struct Policy {
  Mode mode = Mode::kTripwire;
  std::string mode_origin{kBuiltInOrigin};
  bool freeze = false;  ///< see Enrolment
  std::string freeze_origin{kBuiltInOrigin};
  std::uint32_t log_lines = kDefaultLogLines;  ///< see Enrolment
  std::string log_lines_origin{kBuiltInOrigin};
  Throttle throttle;  ///< see Enrolment
  ThrottleOrigins throttle_origins;
  PreKill pre_kill;  ///< see Enrolment
  std::string pre_kill_origin{kBuiltInOrigin};
  SupervisorChoice supervisor = SupervisorChoice::kAuto;
  std::string supervisor_origin{kBuiltInOrigin};
  std::map<std::string, RuleSettings, std::less<>> rules;  ///< by rule id

  bool operator==(const Policy&) const = default;
};

}  // namespace headroom
