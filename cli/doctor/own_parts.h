#pragma once

#include "cli/doctor/host_finding.h"
#include "cli/environment.h"

namespace headroom {

/// Headroom itself: whether headroomd and the guardian run, the policy can be read and the store be
/// used, and which engines call the hook. Nothing is written. `systemd`: whether it runs here.
[[nodiscard]] HostFindings LookAtOwnParts(const Environment& environment, bool systemd);

}  // namespace headroom
