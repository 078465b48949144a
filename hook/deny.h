#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "container/enrolment.h"
#include "policy/decide.h"

namespace headroom {

/// "headroom: denied: <rule>: <fact>; <advice>": one line, nothing in it that a terminal obeys,
/// and none of the phrases by which podman and docker take a start's failure for another one
/// (they would cut the line, or add advice of their own).
[[nodiscard]] std::string DenyLine(const Finding& finding);

/// Breaks up those phrases wherever they stand, by underscores for blanks. Exposed for tests.
[[nodiscard]] std::string WithoutMisleadingPhrases(std::string_view line);

/// Leaves the decision in the store, as a bundle of kind "denied", for `headroom why`. Returns its
/// path; an earlier one of the same start is kept and its path returned.
[[nodiscard]] Result<std::string> PublishDenial(const std::string& store_dir,
                                                const Enrolment& container);

}  // namespace headroom
