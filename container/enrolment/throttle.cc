#include "container/enrolment/throttle.h"

#include <fmt/format.h>

#include "container/field_reader.h"

namespace headroom {

bool IsWithinBounds(const Throttle& throttle) {
  using Bounds = ThrottleBounds;
  return throttle.high_share >= Bounds::kLeastHighShare &&
         throttle.high_share <= Bounds::kMostHighShare &&
         throttle.stall_limit >= Bounds::kLeastStallLimit && throttle.stall_limit <= 1 &&
         throttle.stall_grace >= Bounds::kLeastGrace && throttle.stall_grace <= Bounds::kMostGrace;
}

Bytes ThrottleHigh(const Throttle& throttle, Bytes max) {
  constexpr std::uint64_t kPage = 4096;
  const auto high =
      static_cast<std::uint64_t>(throttle.high_share * static_cast<double>(max.value));
  return Bytes{high / kPage * kPage};
}

void WriteThrottle(JsonWriter& out, const Throttle& throttle) {
  out.BeginObject();
  out.Key("high_share");
  out.Json(fmt::format("{}", throttle.high_share));
  out.Key("stall_grace_s");
  out.Number(throttle.stall_grace.count());
  out.Key("stall_limit");
  out.Json(fmt::format("{}", throttle.stall_limit));
  out.EndObject();
}

Throttle ReadThrottle(const nlohmann::json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  const Throttle read{
      .high_share = reader.MaybeDouble("high_share").value_or(0),
      .stall_limit = reader.MaybeDouble("stall_limit").value_or(0),
      .stall_grace = std::chrono::seconds(reader.MaybeInt64("stall_grace_s").value_or(0))};
  if (IsWithinBounds(read)) return read;
  reader.Refuse("high_share",
                "and the others of a throttle are not what a policy may say "
                "(high_share 0.5 to 0.98, stall_limit 0.05 to 1, stall_grace_s 5 to 600)");
  return {};
}

}  // namespace headroom
