#include "explain/study/breakdown.h"
#include "fuzz/fuzz.h"

namespace {

using namespace headroom;

/// Parts add up, whatever the figures are: sums that wrap do so on both sides.
void CheckSum(const std::optional<Breakdown>& breakdown) {
  if (!breakdown) return;
  Bytes sum;
  for (const PartAmount& part : breakdown->parts) {
    sum = sum + part.bytes;
    Require(breakdown->Of(part.part) == part.bytes);  // each is there once
  }
  Require(sum == breakdown->total);
}

}  // namespace

HEADROOM_FUZZ(text) {
  const std::optional<Bytes> current = Bytes{text.size() << 12U};
  if (const auto stat = ParseMemoryStat(text)) {
    CheckSum(BreakDown(*stat, current));
    CheckSum(BreakDown(*stat, std::nullopt));
    Require(BreakDown(*stat, current).has_value() == stat->anon.has_value());
  }
  const auto old = ParseMemoryStatV1(text);
  if (!old) {
    Require(old.error().code == ErrorCode::kMalformed && !old.error().where.empty());
    return;
  }
  CheckSum(BreakDown(*old, current, current));
  CheckSum(BreakDown(*old, std::nullopt, std::nullopt));
}
