#include "explain/study/thrash.h"

#include <algorithm>

namespace headroom {

Bytes RereadOf(double pages) {
  constexpr double kPageBytes = 4096;
  return Bytes{static_cast<std::uint64_t>(std::min(pages * kPageBytes, 1e18))};
}

std::optional<Rereading> FindThrash(const std::optional<Strain>& strain,
                                    const std::optional<Bytes>& reread,
                                    const std::optional<Bytes>& room) {
  constexpr double kOfTheLimit = 0.01;  // a second
  constexpr double kStalled = 0.10;     // share of the time
  if (!strain || !strain->stalled || !reread || !room) return std::nullopt;
  if (Share(*reread, *room) < kOfTheLimit || *strain->stalled < kStalled) return std::nullopt;
  return Rereading{
      .reread = *reread, .stalled = *strain->stalled, .from = strain->from, .to = strain->to};
}

std::optional<Rereading> ThrashBeforeKill(const Case& the_case) {
  const auto& limit = the_case.level.limit;
  if (the_case.alive || the_case.level.kind != LevelKind::kOwn) return std::nullopt;
  if (!limit || limit->unlimited()) return std::nullopt;
  const auto strain = FindStrain(SamplesUpToKill(the_case));
  if (!strain || !strain->refaults_per_second || IsTooOld(the_case, strain->to)) {
    return std::nullopt;
  }
  return FindThrash(strain, RereadOf(*strain->refaults_per_second), limit->bytes());
}

}  // namespace headroom
