#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace headroom {

/// What reading `file` of /proc or a cgroup gave ("pressure/memory", "memory.events.local"). An
/// error says why the kernel does not offer that file, where it is not there, or is there and
/// refuses, and somebody can act on the reason. Pure.
[[nodiscard]] Result<std::string> WithWhyNotOffered(Result<std::string> text,
                                                    std::string_view file);

}  // namespace headroom
