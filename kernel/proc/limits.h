#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace headroom {

/// Row "Max locked memory" of /proc/PID/limits (proc(5)), the soft limit: RLIMIT_MEMLOCK of that
/// process. Pure. kMalformed without such a row, or when it is neither "unlimited" nor bytes.
[[nodiscard]] Result<Limit> ParseMemlock(std::string_view limits);

/// The soft limits of a process that decide what memory it can have. nullopt: no such row.
struct ProcessLimits {
  std::optional<Limit> address_space;  ///< RLIMIT_AS
  std::optional<Limit> data;           ///< RLIMIT_DATA
  std::optional<Limit> memlock;        ///< RLIMIT_MEMLOCK
  std::optional<std::uint64_t> files;  ///< RLIMIT_NOFILE, which the kernel never has unlimited
};
/// Pure; what is not there or no number is nullopt.
[[nodiscard]] ProcessLimits ParseProcessLimits(std::string_view limits);

}  // namespace headroom
