#include "explain/study/map_growth.h"

#include <fmt/format.h>

#include <algorithm>

namespace headroom {
namespace {

constexpr std::chrono::seconds kFarEnough{1};
constexpr Bytes kWorthSaying = Mebibytes(1);

}  // namespace

std::optional<Bytes> GrowthOf(const MappingGroup& now, const EarlierMap& earlier,
                              std::chrono::nanoseconds apart) {
  if (apart < kFarEnough) return std::nullopt;
  const auto then = std::ranges::find_if(earlier.groups, [&](const MappingGroup& group) {
    return group.kind == now.kind && group.sharing == now.sharing && group.name == now.name;
  });
  if (then == earlier.groups.end()) return std::nullopt;
  const Bytes grown = now.rss - then->rss;
  if (grown < kWorthSaying) return std::nullopt;
  const double seconds = std::chrono::duration<double>(apart).count();
  return Bytes{static_cast<std::uint64_t>(static_cast<double>(grown.value) / seconds)};
}

std::optional<std::chrono::nanoseconds> TimeBetweenMaps(const Case& the_case, int pid) {
  const auto& earlier = the_case.inputs.earlier;
  const ProcessRow* row = FindProcess(the_case.inputs, pid);
  if (!earlier || row == nullptr || earlier->id != row->id) return std::nullopt;
  const ManifestRow* map = the_case.evidence().manifest.Find(fmt::format("before/smaps/{}", pid));
  if (map == nullptr || map->outcome != Outcome::kComplete || !map->captured_boot) {
    return std::nullopt;
  }
  return *map->captured_boot - earlier->taken;
}

}  // namespace headroom
