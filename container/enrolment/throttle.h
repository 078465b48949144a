#pragma once

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/bytes.h"
#include "base/json_writer.h"
#include "base/result.h"

namespace headroom {

/// How a container of mode `throttle` is slowed down, and when that is given up. From policy;
/// without a meaning in the other modes.
struct Throttle {
  double high_share = 0.9;               ///< of memory.max: where memory.high stands
  double stall_limit = 0.4;              ///< of the time in which all its processes wait (PSI full)
  std::chrono::seconds stall_grace{30};  ///< for so long, on average: then memory.high is lifted

  bool operator==(const Throttle&) const = default;
};

/// What policy may say. Below half of the limit the kernel's sleeps keep a working set that does
/// not fit for ever (see policy/rules/memory_high_below_max.cc), above 98 % nothing is slowed down.
struct ThrottleBounds {
  static constexpr double kLeastHighShare = 0.5;
  static constexpr double kMostHighShare = 0.98;
  static constexpr double kLeastStallLimit = 0.05;
  static constexpr std::chrono::seconds kLeastGrace{5};
  static constexpr std::chrono::seconds kMostGrace{600};
};
[[nodiscard]] bool IsWithinBounds(const Throttle& throttle);

/// Where memory.high stands for a limit of `max`: a whole number of pages, below it.
[[nodiscard]] Bytes ThrottleHigh(const Throttle& throttle, Bytes max);

/// {"high_share": 0.9, "stall_grace_s": 30, "stall_limit": 0.4}
void WriteThrottle(JsonWriter& out, const Throttle& throttle);
/// kMalformed in `status` for what is missing or out of bounds.
[[nodiscard]] Throttle ReadThrottle(const nlohmann::json& object, const std::string& where,
                                    Status& status);

}  // namespace headroom
