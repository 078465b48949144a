#pragma once

#include <string>
#include <vector>

#include "explain/advice/advice.h"

namespace headroom {

/// The advice for each family of causes, in a file of its own.

/// What filled the container's own limit, by the part that did.
[[nodiscard]] Advice AboutPart(const Case& the_case, Part part);
[[nodiscard]] Advice AboutAnon(const Case& the_case);
[[nodiscard]] Advice AboutShm(const Case& the_case);
[[nodiscard]] Advice AboutKernel(const Case& the_case);
[[nodiscard]] Advice AboutDirty(const Case& the_case);

/// What keeps page cache that waits to be written from filling a limit. `event`: the report, which
/// tells cgroup v1 from v2; or nullptr.
[[nodiscard]] std::vector<std::string> DirtyCure(const OomEvent* event);

/// Whose limit it was where it was not the container's.
[[nodiscard]] Advice AboutAncestor(const Case& the_case);
[[nodiscard]] Advice AboutDescendant(const Case& the_case);
[[nodiscard]] Advice AboutHost(const Case& the_case);
[[nodiscard]] Advice AboutByHand();

/// It was killed before the program ran.
[[nodiscard]] Advice AboutStart(const Case& the_case);

/// What filled the limit is not known; nor whose limit it was. Both say what was missing.
[[nodiscard]] Advice AboutUnknownFilling(const Case& the_case);
[[nodiscard]] Advice AboutUnknownLimit(const Case& the_case);

/// How a runtime is told to hold less: only for one that the evidence shows, by the name of the
/// process or by what policy found in its command line. Empty: none is.
[[nodiscard]] std::vector<std::string> AboutRuntime(const Case& the_case);

}  // namespace headroom
