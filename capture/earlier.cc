#include "capture/earlier.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace headroom {
namespace {

/// What grew within less is noise of the two readings.
constexpr std::chrono::seconds kFarEnough{1};

const Section* WholeMapOf(const Photograph& photograph, const ProcessId& process) {
  const std::string name = fmt::format("before/smaps/{}", process.pid);
  const auto found = std::ranges::find_if(photograph.sections, [&](const Section& section) {
    return section.row.section == name && section.row.outcome == Outcome::kComplete;
  });
  return found == photograph.sections.end() ? nullptr : &*found;
}

std::optional<EarlierMap> Kept(const Photograph& previous, const ProcessId& process) {
  return previous.earlier && previous.earlier->id == process ? previous.earlier : std::nullopt;
}

}  // namespace

std::optional<EarlierMap> EarlierMapOf(const Photograph* previous, const ProcessId& process,
                                       BootTime read_at) {
  if (previous == nullptr || previous->processes.empty()) return std::nullopt;
  if (previous->processes.front() != process) return std::nullopt;
  if (read_at - previous->smaps_at < kFarEnough) return Kept(*previous, process);
  const Section* map = WholeMapOf(*previous, process);
  if (map == nullptr) return std::nullopt;
  const auto smaps = ParseSmaps(map->bytes);
  if (!smaps || smaps->truncated) return std::nullopt;
  return EarlierMap{.id = process, .taken = previous->smaps_at, .groups = GroupMappings(*smaps)};
}

}  // namespace headroom
