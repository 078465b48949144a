#pragma once

#include <sys/types.h>

#include <string_view>
#include <vector>

#include "kernel/host_view.h"

namespace headroom {

/// The processes of this user, and of this PID namespace, that have that name (comm: at most 15
/// bytes). A process chooses its name: not for trust. Looks at every process.
[[nodiscard]] std::vector<pid_t> ProcessesNamed(const HostView& host, std::string_view comm);

}  // namespace headroom
