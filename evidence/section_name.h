#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace headroom {

/// The components of a section's name, "before/smaps/12" -> {"before", "smaps", "12"}, when it is
/// one that may be written and read below a bundle: relative, at most 8 components of at most 200
/// bytes, none empty or starting with a dot, no control characters. kMalformed otherwise: names
/// come from a manifest that somebody may have edited, and become paths.
[[nodiscard]] Result<std::vector<std::string>> SectionComponents(std::string_view name);

}  // namespace headroom
