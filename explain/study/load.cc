#include "explain/study/load.h"

#include <algorithm>
#include <ranges>

#include "explain/study/samples.h"
#include "kernel/proc/meminfo.h"

namespace headroom {
namespace {

bool HostHadRoom(const Case& the_case) {
  constexpr double kRoom = 0.1;
  const auto& incident = the_case.inputs.incident;
  const std::string* text = the_case.evidence().File("host/meminfo");
  if (!incident || !incident->host_available || text == nullptr) return false;
  const auto meminfo = ParseMeminfo(*text);
  if (!meminfo || !meminfo->total || meminfo->total->value == 0) return false;
  return Share(*incident->host_available, *meminfo->total) >= kRoom;
}

/// What others below the same limit used is not in the container's samples.
bool IsFreeAbove(const Case& the_case) {
  const auto& incident = the_case.inputs.incident;
  return incident && std::ranges::none_of(incident->levels, [](const IncidentLevel& level) {
           return level.role == LevelRole::kAncestor &&
                  (!level.memory_max || !level.memory_max->unlimited());
         });
}

std::optional<Bytes> LastCharged(const Case& the_case) {
  const auto samples = SamplesUpToKill(the_case);
  for (const Sample& sample : std::views::reverse(samples)) {
    if (!sample.current) continue;
    return the_case.killed_at && !IsTooOld(the_case, sample.at) ? sample.current : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Load> FindLoad(const Case& the_case) {
  const auto charged = LastCharged(the_case);
  const auto limit = OwnLimit(the_case.inputs);
  if (!charged || !limit) return std::nullopt;
  Load load;
  if (!limit->unlimited()) load.share_of_limit = Share(*charged, limit->bytes());
  load.had_room = load.share_of_limit.value_or(0) < kMuchOfALimit && IsFreeAbove(the_case) &&
                  HostHadRoom(the_case);
  return load;
}

}  // namespace headroom
