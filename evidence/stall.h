#pragma once

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace headroom {

/// Why memory.high of mode throttle was lifted: member "stall" of incident.json.
struct StallRecord {
  /// kPressure: all processes waited for memory for too much of the time (PSI full). kRereading:
  /// less, but they read the same files again and again, just after reclaim had dropped them.
  enum class Reason { kPressure, kRereading };
  Reason reason = Reason::kPressure;
  std::chrono::nanoseconds over{};  ///< the time that was looked at, up to the lift
  double stalled = 0;               ///< share of it that all processes waited, 0 to 1
  /// Of files, over that time, read again just after they were dropped; nullopt: not known.
  std::optional<Bytes> reread;
  Bytes high;  ///< where memory.high stood
};

[[nodiscard]] nlohmann::json StallToJson(const StallRecord& stall);
[[nodiscard]] StallRecord StallFromJson(const nlohmann::json& object, const std::string& where,
                                        Status& status);

}  // namespace headroom
