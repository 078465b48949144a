#include "policy/layers/resolve.h"

#include <fmt/format.h>

#include "base/text.h"
#include "policy/layers/annotations.h"
#include "policy/layers/builtin_profiles.h"

namespace headroom {
namespace {

void ApplyProfile(ProfileBook& book, const SettingsLayer& named, ResolvedPolicy& resolved) {
  if (!named.profile) return;
  const ProfileChain& chain = book.ChainOf(named.profile->value);
  if (!chain.problem.empty()) {
    resolved.warnings.push_back(
        fmt::format("{}: {}; its settings are left out", named.profile->origin, chain.problem));
  }
  for (const Profile& profile : chain.profiles) ApplySettings(profile.settings, resolved.policy);
}

/// Of each rule that `may_hold` says something about.
void MarkUndecided(ProfileBook& book, const Override& may_hold, Policy& policy) {
  const auto mark = [&](const SettingsLayer& settings) {
    for (const auto& [id, rule] : settings.rules) policy.rules[id].undecided_by = may_hold.origin;
  };
  if (may_hold.settings.profile) {
    const ProfileChain& chain = book.ChainOf(may_hold.settings.profile->value);
    for (const Profile& profile : chain.profiles) mark(profile.settings);
  }
  mark(may_hold.settings);
}

void WarnOfContradictions(ResolvedPolicy& resolved) {
  for (const auto& [id, settings] : resolved.policy.rules) {
    const Rule* rule = FindRule(id);
    if (rule == nullptr || settings.action == Action::kOff) continue;
    const std::string why = ContradictionIn(*rule, settings);
    if (why.empty()) continue;
    resolved.warnings.push_back(
        fmt::format("{}: what the policy's layers say together cannot be meant: {}", id, why));
  }
}

void ApplyThrottle(const ThrottleLayer& layer, Policy& policy) {
  const auto apply = [](const auto& said, auto& value, std::string& origin) {
    if (!said) return;
    value = said->value;
    origin = said->origin;
  };
  ThrottleOrigins& origins = policy.throttle_origins;
  apply(layer.high_share, policy.throttle.high_share, origins.high_share);
  apply(layer.stall_limit, policy.throttle.stall_limit, origins.stall_limit);
  apply(layer.stall_grace, policy.throttle.stall_grace, origins.stall_grace);
}

}  // namespace

void ApplySettings(const SettingsLayer& settings, Policy& policy) {
  if (settings.mode) {
    policy.mode = settings.mode->value;
    policy.mode_origin = settings.mode->origin;
  }
  if (settings.freeze) {
    policy.freeze = settings.freeze->value;
    policy.freeze_origin = settings.freeze->origin;
  }
  if (settings.log_lines) {
    policy.log_lines = settings.log_lines->value;
    policy.log_lines_origin = settings.log_lines->origin;
  }
  ApplyThrottle(settings.throttle, policy);
  if (settings.supervisor) {
    policy.supervisor = settings.supervisor->value;
    policy.supervisor_origin = settings.supervisor->origin;
  }
  if (settings.pre_kill) {
    policy.pre_kill = settings.pre_kill->value;
    policy.pre_kill_origin = settings.pre_kill->origin;
  }
  for (const auto& [id, rule] : settings.rules) ApplyRule(rule, policy.rules[id]);
}

void ApplyRule(const RuleLayer& rule, RuleSettings& settings) {
  if (rule.action) {
    settings.action = rule.action->value;
    settings.action_origin = rule.action->origin;
  }
  for (const auto& [name, value] : rule.values) {
    settings.values[name] = value.value;
    settings.value_origins[name] = value.origin;
  }
}

std::string ContradictionIn(const Rule& rule, const RuleSettings& settings) {
  if (rule.contradiction == nullptr) return "";
  return rule.contradiction(Parameters(rule.parameters, settings.values));
}

ResolvedPolicy Resolve(const PolicyLayer& layer, const Subject& subject) {
  ResolvedPolicy resolved;
  ProfileBook book(layer);
  ApplyProfile(book, layer.settings, resolved);
  ApplySettings(layer.settings, resolved.policy);
  for (const Override& candidate : layer.overrides) {
    if (MayMatchLater(candidate.match, subject)) {
      MarkUndecided(book, candidate, resolved.policy);
    }
    if (!Matches(candidate.match, subject)) continue;
    ApplyProfile(book, candidate.settings, resolved);
    ApplySettings(candidate.settings, resolved.policy);
  }
  WarnOfContradictions(resolved);
  ApplyAnnotations(layer, subject, resolved.policy, resolved.warnings);
  return resolved;
}

}  // namespace headroom
