#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "container/enrolment.h"
#include "policy/rule.h"

namespace headroom {

/// What policy says about one rule. Parameters that no file names are not in `values`.
struct RuleSettings {
  Action action = Action::kWarn;
  ParameterValues values;

  bool operator==(const RuleSettings&) const = default;
};

/// The whole policy. The built-in one has no rows: every rule warns, the mode is tripwire.
/// Value type; pure data.
struct Policy {
  Mode mode = Mode::kTripwire;
  std::map<std::string, RuleSettings, std::less<>> rules;  ///< by rule id

  bool operator==(const Policy&) const = default;
};

/// Lays one policy file over `policy`: what the file names is replaced key by key, the rest stays.
/// Comments are allowed. Keys and rules that this version does not know are ignored, with a line
/// each in `notes`. On an error, which names file, key and what was expected, `policy` is as it
/// was. Pure.
[[nodiscard]] Status ApplyPolicyText(Policy& policy, std::string_view text, std::string_view where,
                                     std::vector<std::string>& notes);

/// The policy as a file that ApplyPolicyText reads back to the same.
[[nodiscard]] std::string SerializePolicy(const Policy& policy);

/// "512M", "1G", "64k", "1048576": bytes, binary units, upper or lower case, "iB" or "B" behind
/// allowed. nullopt otherwise, and for 0 and what does not fit.
[[nodiscard]] std::optional<Bytes> ParseAmount(std::string_view text);

}  // namespace headroom
