#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/layers/layer.h"
#include "policy/layers/match.h"
#include "policy/policy.h"

namespace headroom {

/// A policy for one container, and what people should hear about how it came about.
struct ResolvedPolicy {
  Policy policy;
  std::vector<std::string> warnings;  ///< one line each, escaped: refused annotations
};

/// What `layer` says about `subject`. Each of these over the ones before, key by key: what is
/// built in; the profile of the whole policy, what it extends first; the policy's own settings;
/// each override that matches, in order, its profile before its own settings; the annotations that
/// are allowed. Rules of which an override speaks that may match later are marked (see
/// RuleSettings::undecided_by). Pure; never fails: a profile that does not exist is left out with a
/// warning (a loaded policy has none, see policy/check.h).
[[nodiscard]] ResolvedPolicy Resolve(const PolicyLayer& layer, const Subject& subject);

/// Lays one place's settings over `policy`; the profile it names is not looked at.
void ApplySettings(const SettingsLayer& settings, Policy& policy);

/// Lays what one place says about a rule over `settings`.
void ApplyRule(const RuleLayer& rule, RuleSettings& settings);

/// Why the parameters that `settings` gives `rule` cannot all be meant; empty when they can.
[[nodiscard]] std::string ContradictionIn(const Rule& rule, const RuleSettings& settings);

}  // namespace headroom
