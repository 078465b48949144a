#pragma once

#include "cli/environment.h"

namespace headroom {

/// `headroom disarm --all`: by hand what the guardian does by itself. In every enrolled cgroup
/// whose memory.high is a number that it did not have when the container started, writes "max".
/// Only the supervisor ever writes such numbers, and it arms again as soon as it looks: stop it
/// first to have peace.
[[nodiscard]] int Disarm(const Environment& environment);

}  // namespace headroom
