#pragma once

#include <span>
#include <string>

#include "base/result.h"

namespace headroom {

/// Where runtimes are looked for when no path is given, in this order: runc before crun, since
/// Docker and containerd, which are given a runtime by its path, come with runc.
[[nodiscard]] std::span<const std::string> UsualRuntimes();

/// The runtime to call: `given`, or where that is empty the first of `usual` that is there. It must
/// be an executable file and not this program (`self`), in whatever copy or under whatever name, so
/// that a call never comes back. Errors name the path and say what to do.
[[nodiscard]] Result<std::string> FindRuntime(const std::string& given,
                                              std::span<const std::string> usual,
                                              const std::string& self = "/proc/self/exe");

}  // namespace headroom
