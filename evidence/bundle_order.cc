#include "evidence/bundle_order.h"

#include <algorithm>
#include <tuple>

#include "base/text.h"
#include "evidence/bundle_container.h"
#include "evidence/bundle_name.h"
#include "evidence/incident.h"

namespace headroom {
namespace {

constexpr const char* kIncident = "incident.json";
/// The stamp and the boot time of one thing are read one after the other.
constexpr std::chrono::milliseconds kBetweenTwoReadings{50};

std::optional<BootTime> DetectedAt(std::string_view text) {
  const auto incident = ParseIncident(text, kIncident);
  return incident ? incident->detected_boot : std::nullopt;
}

/// Of a refusal, which is no incident, the moment of the enrolment.
BootMoment MomentOf(const Enrolment& container, const std::optional<BootTime>& detected) {
  return {.boot_id = container.boot_id, .at = detected.value_or(container.enrolled_boot)};
}

/// Later by a clock that nobody sets: of another boot it is a later one, as what is left of an
/// earlier boot's containers is never published.
bool HappenedAfter(const BootMoment& one, const BootMoment& other) {
  return one.boot_id != other.boot_id || one.at > other.at + kBetweenTwoReadings;
}

}  // namespace

std::uint64_t EraOf(std::string_view stamp) {
  const std::size_t point = stamp.find('.');
  if (point == std::string_view::npos) return 0;
  return ParseUint64(stamp.substr(point + 1)).value_or(0);
}

bool IsNewer(const BundleEntry& one, const BundleEntry& other) {
  const auto key = [](const BundleEntry& entry) {
    const auto range = ParseIncidentPart(entry.incident);
    return std::tuple(EraOf(entry.stamp), entry.stamp, range ? range->to : 0, entry.path);
  };
  return key(one) > key(other);
}

bool IsBehind(WallTime at, const BundleEntry& bundle) {
  return ToFileStamp(at) < bundle.stamp.substr(0, bundle.stamp.find('.'));
}

std::optional<BootMoment> MomentOf(const BundleEntry& bundle) {
  const auto container = ContainerOf(bundle);
  if (!container) return std::nullopt;
  const auto incident = ReadFileOf(bundle, kIncident);
  return MomentOf(*container, incident ? DetectedAt(*incident) : std::nullopt);
}

BootMoment MomentOf(const Store::Draft& draft) {
  const auto incident = std::ranges::find_if(
      draft.sections, [](const Section& section) { return section.row.section == kIncident; });
  return MomentOf(draft.container,
                  incident == draft.sections.end() ? std::nullopt : DetectedAt(incident->bytes));
}

Result<std::uint64_t> EraInStore(const Store& store, const Store::Draft& draft) {
  const auto bundles = store.List();
  if (!bundles) return std::unexpected(bundles.error());
  if (bundles->empty()) return 0;
  const BundleEntry& newest = bundles->front();
  const std::uint64_t era = EraOf(newest.stamp);
  if (!IsBehind(draft.at, newest)) return era;
  // Bundles of several containers are published as they are ready, so that may be true; only where
  // ours is the later one the clock was set back in between.
  const auto moment = MomentOf(newest);
  return moment && HappenedAfter(MomentOf(draft), *moment) ? era + 1 : era;
}

std::uint64_t EraFor(const Store& store, const Store::Draft& draft) {
  return EraInStore(store, draft).value_or(0);
}

}  // namespace headroom
