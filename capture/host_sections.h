#pragma once

#include <vector>

#include "evidence/store.h"
#include "kernel/host_view.h"

namespace headroom {

/// host/...: what the host's memory was like, read now. Blocks on nothing but procfs.
[[nodiscard]] std::vector<Section> ReadHostSections(const HostView& host);

}  // namespace headroom
