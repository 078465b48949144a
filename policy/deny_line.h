#pragma once

#include <string>
#include <string_view>

#include "policy/decide.h"

namespace headroom {

/// "headroom: denied: <rule>: <fact>; <advice>": one line, nothing in it that a terminal obeys,
/// and none of the phrases by which podman and docker take a start's failure for another one
/// (they would cut the line, or add advice of their own).
[[nodiscard]] std::string DenyLine(const Finding& finding);

/// Breaks up those phrases wherever they stand, by underscores for blanks. Exposed for tests.
[[nodiscard]] std::string WithoutMisleadingPhrases(std::string_view line);

}  // namespace headroom
