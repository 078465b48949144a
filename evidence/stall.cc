#include "evidence/stall.h"

#include <nlohmann/json.hpp>

#include "evidence/json_fields.h"

namespace headroom {
namespace {

constexpr std::string_view kPressure = "pressure";
constexpr std::string_view kRereading = "rereading";

}  // namespace

using nlohmann::json;

json StallToJson(const StallRecord& stall) {
  const bool pressure = stall.reason == StallRecord::Reason::kPressure;
  json object{{"reason", pressure ? kPressure : kRereading},
              {"over_ns", stall.over.count()},
              {"stalled", stall.stalled},
              {"high", stall.high.value}};
  PutIfKnown(object, "reread", stall.reread);
  return object;
}

StallRecord StallFromJson(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  StallRecord stall;
  const std::string reason = reader.String("reason");
  if (reason != kPressure && reason != kRereading) {
    reader.Refuse("reason", "is none of pressure, rereading");
  }
  if (reason == kRereading) stall.reason = StallRecord::Reason::kRereading;
  stall.over = TimeOf(reader, "over_ns").value_or(std::chrono::nanoseconds(0));
  stall.stalled = reader.MaybeDouble("stalled").value_or(-1);
  const bool is_share = stall.stalled >= 0 && stall.stalled <= 1;
  if (!is_share) reader.Refuse("stalled", "is no share, 0 to 1");
  stall.reread = AmountOf(reader, "reread");
  stall.high = Bytes{reader.Uint64("high")};
  return stall;
}

}  // namespace headroom
