#pragma once

#include <string>

#include "base/result.h"

namespace headroom {

/// The text of a container's configuration at that path, which must be a regular file: a FIFO of
/// that name would stop whoever reads it. kTooLarge above kMaxConfigBytes.
[[nodiscard]] Result<std::string> ReadConfigText(const std::string& path);

}  // namespace headroom
