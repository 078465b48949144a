#pragma once

#include <string>

#include "kernel/kmsg/oom_log.h"

namespace headroom {

/// Rows of a report's block: what its cgroup was charged for and what of that filled the limit, as
/// far as the statistics say that the kernel printed; where it was files that waited to be written,
/// what keeps them from it.
void AddHeld(std::string& text, const OomEvent& event);

}  // namespace headroom
