#include "cli/why.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <tuple>

#include "base/text.h"
#include "cli/bundle_words.h"
#include "cli/containers.h"
#include "cli/live_state.h"
#include "cli/series.h"
#include "cli/shared_summaries.h"
#include "evidence/bundle_name.h"
#include "evidence/evidence.h"
#include "evidence/pack/pack.h"
#include "explain/verdict.h"

namespace headroom {
namespace {

/// The headline, up to the first empty line, in bold.
std::string Emphasised(const std::string& text) {
  const std::size_t end = text.find("\n\n");
  if (end == std::string::npos) return text;
  return "\x1b[1m" + text.substr(0, end) + "\x1b[0m" + text.substr(end);
}

void Print(const Environment& environment, const WhyOptions& options, const Verdict& verdict,
           const std::string& last_line) {
  if (options.json) {
    environment.out << VerdictJson(verdict);
    return;
  }
  const std::string text = VerdictText(verdict);
  environment.out << (environment.terminal ? Emphasised(text) : text);
  if (!last_line.empty()) environment.out << '\n' << last_line << '\n';
}

int TellNoBundle(const Environment& environment, const Error& error, const std::string& path) {
  if (error.code != ErrorCode::kNotFound) return FailToRead(environment, error);
  // Of the path itself: what lies in a bundle is checked by its reader.
  const bool in_the_way = error.errno_value == ENOTDIR || error.errno_value == ELOOP;
  return Fail(environment, CliStatus::kNotFound,
              fmt::format("no bundle at {}{}", EscapedForPeople(path),
                          in_the_way ? ": it is no directory, or a symbolic link; name the "
                                       "directory itself"
                                     : ""));
}

/// `row`: all bundles of the same container, this one first; empty: not looked for.
int ExplainBundle(const Environment& environment, const WhyOptions& options,
                  const std::string& path, const std::string& last_line,
                  const std::vector<BundleEntry>& row = {}) {
  const auto evidence = ReadBundleOrPack(path);
  if (!evidence) return TellNoBundle(environment, evidence.error(), path);
  Verdict verdict = Explain(*evidence);
  if (auto series = SeriesStatement(verdict, row)) verdict.statements.push_back(*std::move(series));
  Print(environment, options, verdict, last_line);
  return CliStatus::kDone;
}

int ExplainNewest(const Environment& environment, const WhyOptions& options,
                  const std::vector<BundleEntry>& bundles, std::string remark = "") {
  const std::vector<BundleEntry> earlier(bundles.begin() + 1, bundles.end());
  const std::string others = EarlierText(earlier);
  if (!remark.empty() && !others.empty()) remark += "\n";
  return ExplainBundle(environment, options, bundles.front().path, remark + others, bundles);
}

/// Bundles of all incarnations of one name, newest first: the incidents, or what was asked for.
std::vector<BundleEntry> BundlesOf(const std::vector<const KnownContainer*>& containers,
                                   bool incidents) {
  std::vector<BundleEntry> bundles;
  for (const KnownContainer* container : containers) {
    std::ranges::copy_if(
        container->bundles, std::back_inserter(bundles),
        [&](const BundleEntry& bundle) { return IsIncident(bundle.kind) == incidents; });
  }
  std::ranges::sort(bundles, std::ranges::greater{}, [](const BundleEntry& bundle) {
    const auto kills = ParseIncidentPart(bundle.incident);
    return std::tuple(bundle.stamp, kills ? kills->to : 0, bundle.path);
  });
  return bundles;
}

bool IsOfGeneration(const BundleEntry& bundle, const std::string& generation) {
  const auto part = ParseIncidentPart(bundle.incident);
  return part && part->hash == GenerationHash(generation);
}

/// A verdict about a container without an incident, resting on one file.
Verdict Uneventful(const KnownContainer& container, std::string headline, std::string counted,
                   const std::string& evidence) {
  Verdict verdict;
  verdict.container = EscapedForPeople(container.DisplayName());
  verdict.headline = std::move(headline);
  verdict.cause = Cause::kNotKilled;
  verdict.confidence = Confidence::kObserved;
  verdict.statements = {
      {.label = "counted", .text = std::move(counted), .evidence = EscapedForPeople(evidence)}};
  return verdict;
}

std::string KillsText(std::uint64_t kills) {
  return fmt::format("{} {}", kills, kills == 1 ? "process" : "processes");
}

int TellEnded(const Environment& environment, const WhyOptions& options,
              const KnownContainer& container, const std::vector<BundleEntry>& earlier) {
  const EndedRecord& ended = *container.ended;
  const std::string who = EscapedForPeople(container.DisplayName());
  const std::string when = ended.ended_wall
                               ? fmt::format("{} ended, {}", who, ToPersonalText(*ended.ended_wall))
                               : fmt::format("{} ended", who);
  const auto& kills = ended.oom_kill_delta;
  if (kills && *kills == 0) {
    const Verdict verdict = Uneventful(
        container, fmt::format("{}; the kernel killed nothing in it for want of memory", when),
        "memory.events: oom_kill stayed as it was when it started", ended.path);
    Print(environment, options, verdict, EarlierText(earlier));
    return CliStatus::kNoIncident;
  }
  Verdict verdict =
      Uneventful(container, "",
                 kills ? fmt::format("memory.events: oom_kill rose by {}", *kills)
                       : "memory.events could not be read any more: what it counted is unknown",
                 ended.path);
  verdict.cause = Cause::kUnknown;
  verdict.kills = kills;
  verdict.headline = kills ? fmt::format(
                                 "{}; the kernel killed {} in it for want of memory, and "
                                 "no bundle of it is in the store",
                                 when, KillsText(*kills))
                           : fmt::format(
                                 "{}; whether the kernel killed anything in it is not "
                                 "known",
                                 when);
  Print(environment, options, verdict, EarlierText(earlier));
  return kills ? CliStatus::kDone : CliStatus::kNoIncident;
}

int TellRunning(const Environment& environment, const WhyOptions& options,
                const KnownContainer& container) {
  const std::string who = EscapedForPeople(container.DisplayName());
  const LiveFigures figures = ReadLiveFigures(environment.host, *container.live);
  if (!figures.kills) {
    return Fail(environment, CliStatus::kNoIncident,
                fmt::format("{} is running; what was killed in it is not known, as its "
                            "memory.events cannot be read",
                            who));
  }
  Verdict verdict = Uneventful(
      container, fmt::format("{} is running; nothing was killed in it since it started", who),
      fmt::format("memory.events oom_kill: {}", *figures.kills), figures.events_file);
  if (*figures.kills > 0) {
    verdict.headline = fmt::format(
        "{} is running; the kernel killed {} in it, and no bundle of it "
        "is in the store (yet)",
        who, KillsText(*figures.kills));
    verdict.cause = Cause::kUnknown;
    verdict.kills = figures.kills;
  }
  Print(environment, options, verdict, "");
  return *figures.kills > 0 ? CliStatus::kDone : CliStatus::kNoIncident;
}

/// Its init is dead, and the supervisor has neither published a bundle nor said that there is
/// nothing to publish.
int TellUnfinished(const Environment& environment, const KnownContainer& container,
                   const std::vector<BundleEntry>& earlier) {
  const std::string who = EscapedForPeople(container.DisplayName());
  const std::string others = earlier.empty() ? "" : "; " + EarlierText(earlier);
  if (SupervisorIsAlive(environment.paths.run_dir)) {
    return Fail(environment, CliStatus::kNoIncident,
                fmt::format("{} has ended and is still being examined; ask again in a moment{}",
                            who, others));
  }
  return Fail(environment, CliStatus::kNoIncident,
              fmt::format("{} has ended while no supervisor was running; systemctl start headroomd "
                          "has it examined{}",
                          who, others));
}

std::string RunningRemark(const Environment& environment, const KnownContainer& container,
                          const BundleEntry& newest) {
  if (!container.live || !IsRunning(environment.host, *container.live)) return "";
  if (IsOfGeneration(newest, container.live->GenerationKey())) return "";
  const auto figures = ReadLiveFigures(environment.host, *container.live);
  const std::string since =
      fmt::format("It runs again since {}; ", ToPersonalText(container.live->enrolled_wall));
  if (!figures.kills) return since + "what was killed in it since then is not known.";
  if (*figures.kills == 0) return since + "nothing was killed in it since then.";
  return since + fmt::format(
                     "the kernel killed {} in it since then, and no bundle of that is in "
                     "the store (yet).",
                     KillsText(*figures.kills));
}

/// A later life of the container than the newest bundle tells of, that ended without one.
bool EndedAfter(const EndedRecord& ended, const BundleEntry& newest) {
  if (IsOfGeneration(newest, ended.generation) || !ended.ended_wall) return false;
  return ToFileStamp(*ended.ended_wall) >= newest.stamp;
}

int ExplainContainer(const Environment& environment, const WhyOptions& options,
                     const std::vector<const KnownContainer*>& incarnations) {
  const auto bundles = BundlesOf(incarnations, /*incidents=*/true);
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
    if (!told) return TellUnfinished(environment, *live, bundles);
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

int TellNotFound(const Environment& environment, const WhyOptions& options,
                 const std::string& store) {
  const std::string subject = EscapedForPeople(options.subject);
  const std::string_view hint = options.store.empty() ? HintOfRoot(environment) : "";
  return Fail(environment, CliStatus::kNotFound,
              fmt::format("no container \"{}\" is enrolled, and no bundle of one is in {}{}",
                          subject, EscapedForPeople(store), hint));
}

}  // namespace

int Why(const Environment& environment, const WhyOptions& options) {
  const bool is_path = options.subject.find('/') != std::string::npos;
  if (is_path) return ExplainBundle(environment, options, options.subject, "");
  const Store store(options.store.empty() ? environment.paths.store_dir : options.store);
  auto containers = ContainersInStore(store);
  if (!containers) return FailToRead(environment, containers.error());
  if (options.subject.empty()) {
    auto all = store.List();
    if (!all) return FailToRead(environment, all.error());
    std::erase_if(*all, [](const BundleEntry& bundle) { return !IsIncident(bundle.kind); });
    if (!all->empty()) return ExplainBundle(environment, options, all->front().path, "");
    if (options.store.empty()) {
      if (const auto told = WhyFromSummaries(environment, options)) return *told;
    }
    return Fail(environment, CliStatus::kNoIncident,
                fmt::format("no incident is recorded in {}{}", EscapedForPeople(store.dir()),
                            options.store.empty() ? HintOfRoot(environment) : ""));
  }
  if (options.store.empty()) {
    const RegistryDir registry(environment.paths.run_dir);
    const auto added = AddLiveContainers(registry, *containers);
    if (!added && containers->empty()) return FailToRead(environment, added.error());
  }
  const Resolution resolution = Resolve(*containers, options.subject);
  if (resolution.ambiguous) return TellAmbiguous(environment, options, resolution);
  if (!resolution.found.empty()) {
    return ExplainContainer(environment, options, resolution.found);
  }
  if (HoldsBundle(options.subject)) {
    return ExplainBundle(environment, options, options.subject, "");
  }
  if (options.store.empty()) {
    if (const auto told = WhyFromSummaries(environment, options)) return *told;
  }
  return TellNotFound(environment, options, store.dir());
}

}  // namespace headroom
