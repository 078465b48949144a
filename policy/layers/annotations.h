#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/layers/layer.h"
#include "policy/layers/match.h"
#include "policy/policy.h"

namespace headroom {

/// What a container may say for itself: "io.headroom.mode", "io.headroom.log_lines" with a number,
/// and "io.headroom.<rule>" with an action ("warn") or an object like the rule's in a policy file
/// (`{"action":"fix"}`). Only what the policy lists is listened to; its text is the container's
/// user's.
inline constexpr std::string_view kAnnotationPrefix = "io.headroom.";

[[nodiscard]] bool IsKnownAnnotation(std::string_view key);
/// "io.headroom.mode", "io.headroom.log_lines", then one a rule.
[[nodiscard]] std::vector<std::string> KnownAnnotations();

/// Lays the subject's annotations over `policy`. One that is not allowed, not known or does not
/// hold a valid value changes nothing and is told in a line of `warnings`; at most eight are.
void ApplyAnnotations(const PolicyLayer& layer, const Subject& subject, Policy& policy,
                      std::vector<std::string>& warnings);

}  // namespace headroom
