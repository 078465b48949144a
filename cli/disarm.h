#pragma once

#include "cli/environment.h"

namespace headroom {

/// `headroom disarm --all`: by hand what the guardian does by itself. Undoes what headroomd has
/// marked before it did it (armed_marks.h, frozen_marks.h); then, in every enrolled cgroup and in
/// those below it, where memory.high is exactly the number that headroomd writes for the limit
/// there, writes "max". Any other number is somebody else's and stays. headroomd arms again as soon
/// as it looks: stop it first to have peace.
[[nodiscard]] int Disarm(const Environment& environment);

}  // namespace headroom
