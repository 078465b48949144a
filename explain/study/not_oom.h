#pragma once

#include "explain/study/case.h"

namespace headroom {

/// Whether the kernel's OOM killer is known to have had no part in the end: no kill was counted in
/// the container's cgroup, and that was read behind the end; where the cgroup was gone by then, a
/// log of the kernel that was whole has none either. false: not known, or it had.
[[nodiscard]] bool IsNotOomKill(const Case& the_case);

/// The kernel's log was whole, and has no kill of the container that another bundle does not tell.
[[nodiscard]] bool LogHasNoKill(const Case& the_case);

}  // namespace headroom
