#pragma once

#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace headroom {

/// Row "Max locked memory" of /proc/PID/limits (proc(5)), the soft limit: RLIMIT_MEMLOCK of that
/// process. Pure. kMalformed without such a row, or when it is neither "unlimited" nor bytes.
[[nodiscard]] Result<Limit> ParseMemlock(std::string_view limits);

}  // namespace headroom
