#pragma once

#include <string>

#include "base/result.h"
#include "container/enrolment/enrolment.h"

namespace headroom {

/// Leaves the decision in the store, as a bundle of kind "denied", for `headroom why`. Returns its
/// path; an earlier one of the same start is kept and its path returned.
[[nodiscard]] Result<std::string> PublishDenial(const std::string& store_dir,
                                                const Enrolment& container);

}  // namespace headroom
