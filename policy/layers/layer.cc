#include "policy/layers/layer.h"

namespace headroom {
namespace {

template <typename T>
void Over(std::optional<T>& lower, const std::optional<T>& upper) {
  if (upper) lower = upper;
}

void Over(RuleLayer& lower, const RuleLayer& upper) {
  Over(lower.action, upper.action);
  for (const auto& [name, value] : upper.values) lower.values[name] = value;
}

}  // namespace

SettingsLayer Merge(SettingsLayer lower, const SettingsLayer& upper) {
  Over(lower.profile, upper.profile);
  Over(lower.mode, upper.mode);
  Over(lower.freeze, upper.freeze);
  Over(lower.log_lines, upper.log_lines);
  Over(lower.supervisor, upper.supervisor);
  Over(lower.pre_kill, upper.pre_kill);
  Over(lower.throttle.high_share, upper.throttle.high_share);
  Over(lower.throttle.stall_limit, upper.throttle.stall_limit);
  Over(lower.throttle.stall_grace, upper.throttle.stall_grace);
  for (const auto& [id, rule] : upper.rules) Over(lower.rules[id], rule);
  return lower;
}

PolicyLayer Merge(PolicyLayer lower, const PolicyLayer& upper) {
  lower.settings = Merge(std::move(lower.settings), upper.settings);
  for (const auto& [name, profile] : upper.profiles) {
    Profile& below = lower.profiles[name];
    Over(below.extends, profile.extends);
    below.settings = Merge(std::move(below.settings), profile.settings);
  }
  lower.overrides.insert(lower.overrides.end(), upper.overrides.begin(), upper.overrides.end());
  Over(lower.allowed_annotations, upper.allowed_annotations);
  for (const auto& [name, bound] : upper.retention) lower.retention[name] = bound;
  return lower;
}

}  // namespace headroom
