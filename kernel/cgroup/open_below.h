#pragma once

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace headroom {

/// How a path below a directory is walked. kStepwise is what kernels without openat2(2) (before
/// Linux 5.6, or with a seccomp filter that does not know it) are served with.
enum class WalkBy { kOpenat2, kStepwise };

/// Opens the directory `relative` below `root_fd` without ever leaving it: no "..", no symbolic
/// link, no magic link. An empty path is the root itself. `root_fd` is borrowed. Any thread.
///
/// Errors: kMalformed (a symbolic link in the way), kNotFound, kDenied, kSystem.
[[nodiscard]] Result<UniqueFd> OpenDirectoryBelow(int root_fd, const std::string& relative,
                                                  WalkBy walk = WalkBy::kOpenat2);

}  // namespace headroom
