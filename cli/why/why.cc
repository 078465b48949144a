#include "cli/why/why.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "cli/containers.h"
#include "cli/live_state.h"
#include "cli/shared_summaries.h"
#include "cli/store_listing.h"
#include "cli/why/answer.h"
#include "cli/why/engine_sources.h"
#include "cli/why/lives.h"
#include "cli/why/no_bundle.h"
#include "cli/why/unwritten_verdict.h"
#include "evidence/bundle_order.h"
#include "evidence/pack/pack.h"

namespace headroom {
namespace {

/// Bundles of all incarnations of one name, newest first: the incidents, or what was asked for.
std::vector<BundleEntry> BundlesOf(const std::vector<const KnownContainer*>& containers,
                                   bool incidents) {
  std::vector<BundleEntry> bundles;
  for (const KnownContainer* container : containers) {
    std::ranges::copy_if(
        container->bundles, std::back_inserter(bundles),
        [&](const BundleEntry& bundle) { return IsIncident(bundle.kind) == incidents; });
  }
  SortNewestFirst(bundles);
  return bundles;
}

/// A later life of the container than the newest bundle tells of, that ended without one.
bool EndedAfter(const EndedRecord& ended, const BundleEntry& newest) {
  if (IsOfGeneration(newest, ended.generation)) return false;
  const auto moment = ended.ended_boot ? MomentOf(newest) : std::nullopt;
  // Not by the wall clock, which may have been set back. Such a record does not outlive its boot.
  if (moment) return !ended.IsOfBoot(moment->boot_id) || *ended.ended_boot >= moment->at;
  return ended.ended_wall && !IsBehind(*ended.ended_wall, newest);
}

int ExplainContainer(const Environment& environment, const WhyOptions& options,
                     const std::vector<const KnownContainer*>& incarnations) {
  const auto bundles = BundlesOf(incarnations, /*incidents=*/true);
  if (const auto told = TellUnwritten(environment, options, incarnations, bundles)) return *told;
  const auto with = [&](auto member) -> const KnownContainer* {
    const auto found =
        std::ranges::find_if(incarnations, [&](const KnownContainer* c) { return member(*c); });
    return found == incarnations.end() ? nullptr : *found;
  };
  const KnownContainer* live = with([](const KnownContainer& c) { return c.live.has_value(); });
  const KnownContainer* ended = with([](const KnownContainer& c) { return c.ended.has_value(); });
  if (ended != nullptr && live == nullptr &&
      (bundles.empty() || EndedAfter(*ended->ended, bundles.front()))) {
    return TellEnded(environment, options, *ended, bundles);
  }
  // What it just died of is not what it died of the time before.
  if (live != nullptr && !IsRunning(environment.host, *live->live)) {
    const bool told =
        !bundles.empty() && IsOfGeneration(bundles.front(), live->live->GenerationKey());
    if (!told) return TellUnfinished(environment, options, *live, bundles);
  }
  if (!bundles.empty()) {
    return ExplainNewest(environment, options, bundles,
                         live == nullptr ? "" : RunningRemark(environment, *live, bundles.front()));
  }
  if (live != nullptr) return TellRunning(environment, options, *live);
  if (ended != nullptr) return TellEnded(environment, options, *ended, bundles);
  // Nothing of its end was recorded; how it once was is.
  return ExplainNewest(environment, options, BundlesOf(incarnations, /*incidents=*/false));
}

int TellAmbiguous(const Environment& environment, const WhyOptions& options,
                  const Resolution& resolution) {
  constexpr std::size_t kMostNamed = 8;
  std::string names;
  for (std::size_t i = 0; i < std::min(resolution.found.size(), kMostNamed); ++i) {
    const KnownContainer& container = *resolution.found[i];
    names +=
        fmt::format("{} {} ({}, {})", i == 0 ? "" : ",", EscapedForPeople(container.DisplayName()),
                    EscapedForPeople(container.engine), EscapedForPeople(container.id));
  }
  if (resolution.found.size() > kMostNamed) names += ", ...";
  return Fail(environment, CliStatus::kAmbiguous,
              fmt::format("\"{}\" could be{}", EscapedForPeople(options.subject), names));
}

bool HoldsBundle(const std::string& path) {
  struct stat info{};
  return stat((path + "/manifest.json").c_str(), &info) == 0 ||
         (IsPackName(path) && stat(path.c_str(), &info) == 0);
}

/// A page needs the bundle itself, of which a summary is not enough.
bool AsksSummaries(const WhyOptions& options) { return options.store.empty() && !options.present; }

int TellNotFound(const Environment& environment, const WhyOptions& options,
                 const std::string& store) {
  const std::string subject = EscapedForPeople(options.subject);
  const std::string_view hint = options.store.empty() ? HintOfRoot(environment) : "";
  return Fail(
      environment, CliStatus::kNotFound,
      fmt::format(
          "no container \"{}\" is enrolled, and no bundle of one is in {}{}; {} what there is",
          subject, EscapedForPeople(store), hint,
          options.store.empty() ? "headroom ps and headroom bundles list"
                                : "headroom bundles --store lists"));
}

int WhyOf(const Environment& environment, const WhyOptions& options, const Store::Listing& listing);

/// By the id of the only one that fits; nullopt: none does.
std::optional<int> WhyServiceOfPodman(const Environment& environment, const WhyOptions& options,
                                      const Store::Listing& listing) {
  const auto services = FindServiceInPodman(environment, options.subject);
  if (services.empty()) return std::nullopt;
  std::vector<KnownContainer> known;
  for (const ListedContainer& service : services) {
    // Its id fits itself, whatever else is called so.
    if (service.id == options.subject) return std::nullopt;
    known.push_back({.engine = "podman", .id = service.id, .name = service.name});
  }
  Resolution resolution{.found = {}, .ambiguous = known.size() > 1};
  for (const KnownContainer& one : known) resolution.found.push_back(&one);
  if (resolution.ambiguous) return TellAmbiguous(environment, options, resolution);
  WhyOptions by_id = options;
  by_id.subject = services.front().id;
  return WhyOf(environment, by_id, listing);
}

std::string StoreOf(const Environment& environment, const WhyOptions& options) {
  return options.store.empty() ? environment.paths.store_dir : options.store;
}

/// The newest incident of all.
int WhyOfNewest(const Environment& environment, const WhyOptions& options,
                std::vector<BundleEntry> all) {
  std::erase_if(all, [](const BundleEntry& bundle) { return !IsIncident(bundle.kind); });
  if (const auto told = TellUnwritten(environment, options, {}, all)) return *told;
  if (!all.empty()) return ExplainBundle(environment, options, all.front().path, "");
  if (AsksSummaries(options)) {
    if (const auto told = WhyFromSummaries(environment, options)) return *told;
  }
  return Fail(environment, CliStatus::kNoIncident,
              fmt::format("no incident is recorded in {}{}",
                          EscapedForPeople(StoreOf(environment, options)),
                          options.store.empty() ? HintOfRoot(environment) : ""));
}

int WhyOf(const Environment& environment, const WhyOptions& options,
          const Store::Listing& listing) {
  auto containers = ContainersOf(listing.bundles);
  if (options.store.empty()) {
    const RegistryDir registry(environment.paths.run_dir);
    const auto added = AddLiveContainers(registry, containers);
    if (!added && containers.empty()) return FailToRead(environment, added.error());
  }
  const Resolution resolution = Resolve(containers, options.subject);
  if (resolution.ambiguous) return TellAmbiguous(environment, options, resolution);
  if (!resolution.found.empty()) {
    return ExplainContainer(environment, options, resolution.found);
  }
  if (HoldsBundle(options.subject)) {
    return ExplainBundle(environment, options, options.subject, "");
  }
  if (AsksSummaries(options)) {
    if (const auto told = WhyFromSummaries(environment, options)) return *told;
  }
  if (options.store.empty()) {
    if (const auto told = WhyServiceOfPodman(environment, options, listing)) return *told;
    if (const auto told = TellWithoutBundle(environment, options)) return *told;
  }
  return TellNotFound(environment, options, StoreOf(environment, options));
}

}  // namespace

int Why(const Environment& environment, const WhyOptions& options) {
  if (MeansPath(options.subject)) return ExplainBundle(environment, options, options.subject, "");
  const auto listing = ListStore(environment, Store(StoreOf(environment, options)));
  if (!listing) {
    const auto told = TellUnwrittenOfEnrolled(environment, options);
    return told ? *told : FailToRead(environment, listing.error());
  }
  if (options.subject.empty()) return WhyOfNewest(environment, options, listing->bundles);
  return WhyOf(environment, options, *listing);
}

}  // namespace headroom
