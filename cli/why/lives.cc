#include "cli/why/lives.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "cli/bundle_words.h"
#include "cli/live_state.h"
#include "cli/why/answer.h"
#include "cli/why/no_bundle.h"
#include "evidence/bundle_name.h"
#include "explain/words/signal_words.h"

namespace headroom {
namespace {

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

/// "by SIGTERM", "with status 143"; empty: not known.
std::string HowEnded(const EndedRecord& ended) {
  if (!ended.exit) return "";
  const ExitStatus& status = ended.exit->status;
  return status.signal ? " by " + SignalName(*status.signal)
                       : fmt::format(" with status {}", status.code.value_or(0));
}

/// Engines and systemd ask for an end by SIGTERM. What a record of an end has is how it ended, not
/// who asked.
std::string WhatSigtermMeans(const ExitStatus& status) {
  if (status.AsShellTells() != 128 + SIGTERM) return "";
  return status.signal
             ? ": it was asked to end, as `stop` of an engine does first; who asked was not "
               "recorded"
             : ": by which a program tells that it, or a child of it, was asked to end (SIGTERM), "
               "and what one that exits with 143 by itself leaves too; whether anybody asked was "
               "not recorded";
}

/// How the init ended, where that was seen: of one that is reaped at once the kernel tells it only
/// from Linux 6.15 on.
void AddEnd(const EndedRecord& ended, Verdict& verdict) {
  if (!ended.exit) return;
  verdict.exit = ended.exit->status;
  verdict.statements.insert(
      verdict.statements.begin(),
      {.label = "ended",
       .text = fmt::format("its init,{}{}", HowEnded(ended), WhatSigtermMeans(ended.exit->status)),
       .evidence = EscapedForPeople(ended.path)});
}

std::string KillsText(std::uint64_t kills) {
  return fmt::format("{} {}", kills, kills == 1 ? "process" : "processes");
}

}  // namespace

bool IsOfGeneration(const BundleEntry& bundle, const std::string& generation) {
  const auto part = ParseIncidentPart(bundle.incident);
  return part && part->hash == GenerationHash(generation);
}

int TellEnded(const Environment& environment, const WhyOptions& options,
              const KnownContainer& container, const std::vector<BundleEntry>& earlier) {
  const EndedRecord& ended = *container.ended;
  const std::string who = EscapedForPeople(container.DisplayName());
  const std::string how = HowEnded(ended);
  const std::string when =
      ended.ended_wall ? fmt::format("{} ended{}, {}", who, how, ToPersonalText(*ended.ended_wall))
                       : fmt::format("{} ended{}", who, how);
  const auto& kills = ended.oom_kill_delta;
  if (kills && *kills == 0) {
    Verdict verdict = Uneventful(
        container, fmt::format("{}; the kernel killed nothing in it for want of memory", when),
        "memory.events: oom_kill stayed as it was when it started", ended.path);
    AddEnd(ended, verdict);
    return TellUneventful(environment, options, verdict, EarlierText(earlier),
                          CliStatus::kNoIncident);
  }
  Verdict verdict =
      Uneventful(container, "",
                 kills ? fmt::format("memory.events: oom_kill rose by {}", *kills)
                       : "memory.events could not be read any more: what it counted is unknown",
                 ended.path);
  AddEnd(ended, verdict);
  verdict.cause = Cause::kUnknown;
  verdict.kills = kills;
  std::ranges::move(LogsOfEnded(environment, ended), std::back_inserter(verdict.statements));
  verdict.headline = kills ? fmt::format(
                                 "{}; the kernel killed {} in it for want of memory, and "
                                 "no bundle of it is in the store",
                                 when, KillsText(*kills))
                           : fmt::format(
                                 "{}; whether the kernel killed anything in it is not "
                                 "known",
                                 when);
  return TellUneventful(environment, options, verdict, EarlierText(earlier),
                        kills ? CliStatus::kDone : CliStatus::kNoIncident);
}

int TellRunning(const Environment& environment, const WhyOptions& options,
                const KnownContainer& container) {
  const std::string who = EscapedForPeople(container.DisplayName());
  const LiveFigures figures = ReadLiveFigures(environment.host, *container.live);
  if (!figures.kills) {
    return Fail(environment, CliStatus::kNoIncident,
                fmt::format("{} is running; what was killed in it is not known, as its {} cannot "
                            "be read",
                            who, CounterFile(*container.live)));
  }
  Verdict verdict = Uneventful(
      container, fmt::format("{} is running; nothing was killed in it since it started", who),
      fmt::format("{} oom_kill: {}", CounterFile(*container.live), *figures.kills),
      figures.events_file);
  if (*figures.kills > 0) {
    verdict.headline = fmt::format(
        "{} is running; the kernel killed {} in it, and no bundle of it "
        "is in the store (yet)",
        who, KillsText(*figures.kills));
    verdict.cause = Cause::kUnknown;
    verdict.kills = figures.kills;
  }
  return TellUneventful(environment, options, verdict, "",
                        *figures.kills > 0 ? CliStatus::kDone : CliStatus::kNoIncident);
}

int TellUnfinished(const Environment& environment, const WhyOptions& options,
                   const KnownContainer& container, const std::vector<BundleEntry>& earlier) {
  const std::string who = EscapedForPeople(container.DisplayName());
  const std::string others = earlier.empty() ? "" : "; " + EarlierText(earlier);
  if (SupervisorIsAlive(environment.paths.run_dir)) {
    return Fail(environment, CliStatus::kNoIncident,
                fmt::format("{} has ended and is still being examined; ask again in a moment{}",
                            who, others));
  }
  const std::string unexamined = fmt::format(
      "{} has ended while no supervisor was running; systemctl start headroomd has it examined{}",
      who, others);
  if (const auto told = TellOfEngines(environment, options, unexamined + ".")) return *told;
  return Fail(environment, CliStatus::kNoIncident, unexamined);
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

}  // namespace headroom
