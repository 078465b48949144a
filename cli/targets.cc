#include "cli/targets.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/containers.h"
#include "cli/live_state.h"
#include "container/enrolment/registry_dir.h"
#include "container/running/discover.h"

namespace headroom {
namespace {

Result<std::vector<Target>> Enrolled(const Environment& environment) {
  const RegistryDir registry(environment.paths.run_dir);
  const auto entries = registry.List();
  if (!entries) return std::unexpected(entries.error());
  std::vector<Target> targets;
  for (const RegistryDir::Entry& entry : *entries) {
    auto enrolment = registry.Read(entry);
    if (!enrolment || !IsRunning(environment.host, *enrolment)) continue;
    RunningContainer container = RunningContainerOf(*enrolment);
    targets.push_back({.container = std::move(container), .enrolment = std::move(*enrolment)});
  }
  return targets;
}

/// As Resolve knows containers. What is not enrolled has its name in its facts alone.
KnownContainer Known(const Environment& environment, const Target& target) {
  KnownContainer known{.engine = target.container.runtime, .id = target.container.id};
  if (target.enrolment) {
    known.engine = target.enrolment->engine;
    known.name = target.enrolment->name;
    known.aliases = target.enrolment->aliases;
  } else if (const auto facts = FactsOfTarget(environment, target)) {
    known.engine = facts->engine.engine;
    known.name = facts->engine.name;
    known.aliases = facts->engine.aliases;
  }
  return known;
}

std::string Several(std::string_view wanted, const Resolution& resolution) {
  constexpr std::size_t kMostNamed = 8;
  std::string names;
  for (std::size_t i = 0; i < std::min(resolution.found.size(), kMostNamed); ++i) {
    const KnownContainer& known = *resolution.found[i];
    names += fmt::format("{} {} ({}, {})", i == 0 ? "" : ",", EscapedForPeople(known.DisplayName()),
                         EscapedForPeople(known.engine), EscapedForPeople(known.id));
  }
  if (resolution.found.size() > kMostNamed) names += ", ...";
  return fmt::format("\"{}\" could be{}", EscapedForPeople(wanted), names);
}

}  // namespace

Result<std::vector<Target>> RunningTargets(const Environment& environment) {
  auto targets = Enrolled(environment);
  if (!targets) return targets;
  for (RunningContainer& found : DiscoverRunning(environment.host, environment.runtime_dir)) {
    const bool known = std::ranges::any_of(*targets, [&](const Target& target) {
      return target.container.init.pid == found.init.pid;
    });
    if (!known) targets->push_back({.container = std::move(found), .enrolment = std::nullopt});
  }
  return targets;
}

Result<Target> FindTarget(const Environment& environment, std::string_view wanted) {
  auto targets = RunningTargets(environment);
  if (!targets) return std::unexpected(targets.error());
  std::vector<KnownContainer> known;
  known.reserve(targets->size());
  for (const Target& target : *targets) known.push_back(Known(environment, target));
  const Resolution resolution = Resolve(known, wanted);
  if (resolution.found.empty()) {
    return MakeError(ErrorCode::kNotFound, "",
                     fmt::format("no container \"{}\" is running{}; headroom ps lists what runs",
                                 EscapedForPeople(wanted), HintOfRoot(environment)));
  }
  // They all run, so two of one name (as in two pods) are two containers.
  if (resolution.found.size() > 1) {
    return MakeError(ErrorCode::kExists, "", Several(wanted, resolution));
  }
  return std::move((*targets)[static_cast<std::size_t>(resolution.found[0] - known.data())]);
}

int TellNoTarget(const Environment& environment, const Error& error) {
  if (error.code == ErrorCode::kNotFound)
    return Fail(environment, CliStatus::kNotFound, error.what);
  if (error.code == ErrorCode::kExists) return Fail(environment, CliStatus::kAmbiguous, error.what);
  return FailToRead(environment, error);
}

Result<ContainerFacts> FactsOfTarget(const Environment& environment, const Target& target) {
  HookSurroundings surroundings{.host = environment.host,
                                .self = environment.self,
                                .uid = environment.uid,
                                .run_dir = environment.paths.run_dir};
  if (target.enrolment) surroundings.uid = target.enrolment->uid;
  return CollectRunningFacts(surroundings, target.container,
                             target.enrolment ? &*target.enrolment : nullptr);
}

}  // namespace headroom
