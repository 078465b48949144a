#include "explain/inferred/inferred.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "explain/inferred/kill_verdict.h"
#include "explain/inferred/kills_of.h"
#include "explain/inferred/words.h"
#include "explain/study/last_words.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

void Append(std::vector<Statement>& statements, std::vector<Statement> more) {
  std::ranges::move(more, std::back_inserter(statements));
}

std::string Who(const InferredSources& sources, std::string_view id) {
  if (!sources.engine) return Shown(sources.subject.empty() ? id : sources.subject);
  Enrolment container;
  container.id = id;
  container.name = sources.engine->name;
  container.engine = sources.engine->engine;
  container.image = sources.engine->image;
  return WhoText(container);
}

const Told* FirstOf(const std::vector<Told>& told, RemarkKind kind) {
  const auto found = std::ranges::find(told, kind, &Told::kind);
  return found == told.end() ? nullptr : &*found;
}

/// What the kernel's log, which has no kill of it, allows to say of an end by SIGKILL.
std::string SigkillText(const KillsOf& kills) {
  if (kills.log == nullptr) {
    return "whether the kernel's OOM killer did it is not known: no log of the kernel can be read";
  }
  if (!kills.unplaced.empty()) {
    return "whether the kernel's OOM killer did it is not known: its log has kills at that time "
           "that may have been in it";
  }
  if (kills.covers_end) {
    return "not by the kernel's OOM killer: its log reaches back beyond that and has no OOM kill "
           "in a cgroup of its name";
  }
  return "whether the kernel's OOM killer did it is not known: its log does not reach back so far, "
         "or is not whole";
}

/// The same of a container that did not end so.
std::string QuietText(const KillsOf& kills) {
  if (kills.log == nullptr) return "no log of the kernel can be read";
  if (!kills.unplaced.empty()) {
    return "whether the kernel's OOM killer killed a process of it is not known";
  }
  const std::string none = "has no OOM kill in a cgroup of its name";
  if (kills.covers_run || !kills.log->since) return "the kernel's log " + none;
  return fmt::format("the kernel's log back to {} {}", ToPersonalText(*kills.log->since), none);
}

/// Of the killer only its name is known.
void BeKilledBy(const char* comm, Verdict& verdict) {
  verdict.killer = "process";
  verdict.killer_process = KillerProcess{.comm = comm};
}

/// What systemd-oomd kills is gone at once, by SIGKILL: what runs on, ended otherwise or ended
/// later was not ended by that. nullptr: no such kill.
const Told* OomdAtItsEnd(const InferredSources& sources, const std::vector<Told>& told) {
  constexpr std::chrono::seconds kAtOnce{10};
  if (sources.engine &&
      (sources.engine->running.value_or(false) || sources.engine->exit_code.value_or(137) != 137)) {
    return nullptr;
  }
  const auto end = EndOf(sources);
  const auto last = std::find_if(told.rbegin(), told.rend(), [&](const Told& one) {
    return one.kind == RemarkKind::kOomd && (!end || one.remark->at + kAtOnce >= *end);
  });
  return last == told.rend() ? nullptr : &*last;
}

/// A process that ended it and says so itself, or the manager that saw it.
bool TellKiller(const InferredSources& sources, const std::vector<Told>& told,
                const std::string& fate, Verdict& verdict) {
  if (const Told* oomd = OomdAtItsEnd(sources, told)) {
    verdict.cause = Cause::kUserspaceKiller;
    BeKilledBy("systemd-oomd", verdict);
    verdict.headline = EndOf(sources) ? fate + ", killed by systemd-oomd"
                                      : fmt::format("{}; systemd-oomd killed it, {}", fate,
                                                    ToPersonalText(oomd->remark->at));
    return true;
  }
  if (FirstOf(told, RemarkKind::kUnitOom) != nullptr) {
    verdict.killer = "kernel";
    verdict.headline = fate +
                       "; systemd saw the kernel's OOM killer kill a process of it, of which the "
                       "kernel's log says nothing here";
    return true;
  }
  if (FirstOf(told, RemarkKind::kStopForced) != nullptr) {
    verdict.cause = Cause::kExternalSigkill;
    BeKilledBy("dockerd", verdict);
    verdict.headline = fate + ", by SIGKILL of its engine, which had been asked to stop it";
    return true;
  }
  return false;
}

void TellEnd(const InferredSources& sources, const KillsOf& kills, const std::vector<Told>& told,
             std::string_view id, Verdict& verdict) {
  const std::string fate =
      fmt::format("{} {}", Who(sources, id),
                  sources.engine ? FateText(*sources.engine) : std::string("is not known here"));
  const bool sigkilled = sources.engine && sources.engine->exit_code == 137;
  const bool said_by_itself =
      OomdAtItsEnd(sources, told) != nullptr || FirstOf(told, RemarkKind::kUnitOom) != nullptr;
  if ((sigkilled || said_by_itself) && TellKiller(sources, told, fate, verdict)) return;
  if (!sigkilled) {
    verdict.headline = fmt::format("{}; {}", fate, QuietText(kills));
    // What oomd killed in it may well be why it ended as it did.
    const bool oomd_killed = FirstOf(told, RemarkKind::kOomd) != nullptr ||
                             FirstOf(told, RemarkKind::kOomdInside) != nullptr;
    const bool none = kills.covers_run && kills.unplaced.empty() && !oomd_killed;
    if (none) verdict.cause = Cause::kNotKilled;
    return;
  }
  const bool asked = FirstOf(told, RemarkKind::kStopAsked) != nullptr ||
                     FirstOf(told, RemarkKind::kKillAsked) != nullptr;
  verdict.headline =
      asked && kills.covers_end && kills.unplaced.empty()
          ? fate + ", after its engine had been asked to end it; " + SigkillText(kills)
          : fmt::format("{}; {}", fate, SigkillText(kills));
}

/// It ended by itself and with an error, the kernel killed nothing in it, and what it wrote right
/// before was that it got no memory.
bool FailedToAllocate(const InferredSources& sources, const KillsOf& kills) {
  constexpr std::chrono::seconds kRightBefore{10};
  if (!sources.engine || !kills.covers_run || !kills.unplaced.empty()) return false;
  const EngineState& engine = *sources.engine;
  const int status = engine.exit_code.value_or(0);
  if (status == 0 || status == 137 || !engine.finished) return false;
  const auto words = FindLastWords(sources.log_lines);
  return words && words->allocation && words->at && *words->at + kRightBefore >= *engine.finished;
}

/// Where an older log may have what these have not.
std::vector<std::string> AdviceWithout(const InferredSources& sources, const KillsOf& kills,
                                       Cause cause) {
  std::vector<std::string> advice;
  if (cause == Cause::kUnknown && !kills.covers_end && sources.engine &&
      !sources.engine->running.value_or(false)) {
    advice.emplace_back("An older log of the kernel may tell, if one was kept:");
    advice.emplace_back("  headroom why --kernel-log FILE");
  }
  advice.emplace_back(
      "Nothing watched this container. With headroom's hook registered and headroomd running the "
      "next kill is recorded.");
  return advice;
}

std::vector<Statement> SourceStatements(const InferredSources& sources) {
  if (!sources.engine) return {};
  const std::string& source = sources.engine->source;
  return {{.label = "asked",
           .text = fmt::format("{}'s own record: {}", Shown(sources.engine->engine),
                               EscapedForPeople(source)),
           .evidence = EscapedForPeople(source.substr(source.rfind('/') + 1))}};
}

}  // namespace

std::string_view SourceName(LogView::Source source) {
  return source == LogView::Source::kKmsg ? "/dev/kmsg" : "journal";
}

std::string CiteRecord(LogView::Source source, std::uint64_t sequence) {
  constexpr std::uint64_t kMicros = 1000000;
  if (source == LogView::Source::kKmsg) return fmt::format("/dev/kmsg seq {}", sequence);
  return fmt::format("journal @{}.{:06}", sequence / kMicros, sequence % kMicros);
}

Verdict ExplainInferred(const InferredSources& sources, std::string_view id) {
  KillsOf kills = FindKillsOf(sources, id);
  // Whoever asks about what runs again asks why it had to be started again.
  const bool runs = sources.engine && sources.engine->running.value_or(false);
  if (runs && kills.own.empty()) std::swap(kills.own, kills.before);
  const std::vector<Told> told = RemarksOf(sources, id);
  Verdict verdict;
  if (!kills.own.empty()) {
    verdict = KillVerdict(sources, kills, id);
  } else {
    verdict.confidence = Confidence::kInferred;
    verdict.container = Shown(sources.engine && !sources.engine->name.empty()
                                  ? std::string_view(sources.engine->name)
                                  : id);
    TellEnd(sources, kills, told, id, verdict);
    Append(verdict.statements, EarlierRunStatements(kills));
    if (FailedToAllocate(sources, kills)) verdict.cause = Cause::kAllocFailed;
    verdict.advice = AdviceWithout(sources, kills, verdict.cause);
  }
  Append(verdict.statements, EndStatements(sources));
  Append(verdict.statements, LastWordsStatements(sources));
  Append(verdict.statements, FlagStatements(sources, kills));
  Append(verdict.statements, RemarkStatements(told));
  Append(verdict.statements, UnplacedStatements(kills));
  Append(verdict.statements, ReachStatements(sources, kills));
  Append(verdict.statements, SourceStatements(sources));
  return verdict;
}

std::vector<Statement> LogStatements(const InferredSources& sources, std::string_view id) {
  const KillsOf kills = FindKillsOf(sources, id);
  std::vector<Statement> statements;
  if (!kills.own.empty()) {
    const LogKill& kill = *kills.own.back();
    const OomVictim& victim = kill.event.victims.back();
    statements.push_back(
        {.label = "killed",
         .text = fmt::format("{}{}, in a cgroup of that name, by the kernel's OOM killer",
                             ProcessText(victim.pid, victim.comm),
                             kill.at ? fmt::format(", {}", ToPersonalText(*kill.at)) : ""),
         .evidence = CiteRecord(kills.log->source, victim.sequence)});
  } else if (kills.covers_end && kills.unplaced.empty()) {
    statements.push_back({.label = "log",
                          .text = "has no OOM kill in a cgroup of its name at its end",
                          .evidence = std::string(SourceName(kills.log->source))});
  }
  Append(statements, UnplacedStatements(kills));
  Append(statements, ReachStatements(sources, kills));
  return statements;
}

}  // namespace headroom
