#include "explain/inferred/words.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "explain/study/last_words.h"
#include "explain/words/statements.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

/// A stop waits ten seconds before it kills, or as long as somebody asked for.
constexpr std::chrono::minutes kStopTakes{5};
constexpr std::chrono::seconds kNotedLater{5};

std::string_view LastName(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// "config.v2.json State.ExitCode"; of an answer: "podman inspect State.ExitCode".
std::string CiteState(const EngineState& engine, std::string_view member) {
  return fmt::format("{} State.{}", EscapedForPeople(LastName(engine.source)), member);
}

/// An engine keeps no signals, only the number by which a shell tells them.
std::string_view WhatLeaves(int status) {
  if (status == 137) {
    return ": what SIGKILL leaves, and what a program that exits with 137 by itself leaves too";
  }
  if (status == 143) {
    return ": what SIGTERM leaves, by which a container is asked to end, and what a program that "
           "exits with 143 by itself leaves too";
  }
  return "";
}

std::string EngineText(const EngineState& engine) {
  if (engine.engine == "docker") return "Docker";
  return engine.engine == "podman" ? "Podman" : Shown(engine.engine);
}

bool IsOfItsEnd(RemarkKind kind) {
  return kind == RemarkKind::kStopForced || kind == RemarkKind::kStopAsked ||
         kind == RemarkKind::kKillAsked;
}

bool IsInTime(const InferredSources& sources, const Told& told) {
  const auto& engine = sources.engine;
  const auto end = EndOf(sources);
  const WallTime at = told.remark->at;
  if (engine && engine->started && at < *engine->started) return false;
  if (!end) return !IsOfItsEnd(told.kind);
  if (at > *end + kNotedLater) return false;
  return !IsOfItsEnd(told.kind) || at + kStopTakes >= *end;
}

bool IsOfAKillInside(const Told& told) { return told.kind == RemarkKind::kOomdInside; }

std::string TrueFlagText(const EngineState& engine, const KillsOf& kills) {
  if (!kills.own.empty()) return fmt::format("{} says OOMKilled as well", EngineText(engine));
  return fmt::format(
      "{} says OOMKilled; it says so of any kill in a container, also of a child that died long "
      "before the end, so that this does not tell what ended it",
      EngineText(engine));
}

std::string FalseFlagText(const EngineState& engine, const KillsOf& kills) {
  const std::string_view measured = engine.engine == "docker"   ? "5 of 20"
                                    : engine.engine == "podman" ? "20 of 20"
                                                                : "";
  const std::string misses =
      measured.empty() ? "its flag may miss kills"
                       : fmt::format("its flag missed {} kills when that was measured", measured);
  return fmt::format("{} says it was not OOMKilled; {}{}", EngineText(engine), misses,
                     kills.own.empty() ? ", so that nothing follows" : ": the kernel's log counts");
}

std::string_view RemarkText(RemarkKind kind) {
  switch (kind) {
    case RemarkKind::kStopForced:
      return "was asked to stop it, and used SIGKILL as it did not end in time";
    case RemarkKind::kStopAsked:
      return "was asked to stop it, which ends in SIGKILL where it does not end in time";
    case RemarkKind::kKillAsked:
      return "was asked to kill it";
    case RemarkKind::kOomd:
      return "says that systemd-oomd killed it";
    case RemarkKind::kOomdInside:
      return "says that systemd-oomd killed a cgroup inside it";
    case RemarkKind::kUnitOom:
      return "saw the kernel's OOM killer kill a process of its unit";
  }
  return "";
}

std::string WhyUnplaced(const OomEvent& event) {
  if (!event.task_memcg) return "the log does not say whether in this container";
  return fmt::format(
      "in the cgroup {}, of which the log does not say whether it is this container's",
      Shown(*event.task_memcg));
}

std::string ReachText(const KillsOf& kills) {
  const LogView& log = *kills.log;
  if (!log.since) return "holds nothing with a time, so that it is not known how far it reaches";
  std::string back = fmt::format("reaches back to {}", ToPersonalText(*log.since));
  if (kills.covers_run) return back + ", before the container was started";
  if (kills.covers_end) return back + ", before the container's end";
  return back;
}

}  // namespace

std::vector<Told> RemarksOf(const InferredSources& sources, std::string_view id) {
  std::vector<Told> told;
  for (const JournalRemark& remark : sources.remarks) {
    const auto kind = KindOfRemark(remark, id);
    if (!kind) continue;
    const Told one{.remark = &remark, .kind = *kind};
    if (!IsInTime(sources, one)) continue;
    if (one.kind == RemarkKind::kOomdInside) std::erase_if(told, IsOfAKillInside);
    told.push_back(one);
  }
  return told;
}

std::string FateText(const EngineState& engine) {
  if (engine.running.value_or(false)) return "is running";
  if (!engine.running) return "is in its engine's store; what became of it is not known";
  if (!engine.started && !engine.finished) return "has never run, as far as its engine knows";
  const std::string when =
      engine.finished ? fmt::format(", {}", ToPersonalText(*engine.finished)) : "";
  if (!engine.exit_code) return fmt::format("ended with a status that is not known{}", when);
  return fmt::format("ended with status {}{}", *engine.exit_code, when);
}

std::vector<Statement> EndStatements(const InferredSources& sources) {
  if (!sources.engine) return {};
  const EngineState& engine = *sources.engine;
  std::vector<Statement> statements;
  if (engine.exit_code) {
    statements.push_back(
        {.label = "ended",
         .text = fmt::format("status {}{}", *engine.exit_code, WhatLeaves(*engine.exit_code)),
         .evidence = CiteState(engine, "ExitCode")});
  }
  if (!engine.error.empty()) {
    statements.push_back({.label = "error",
                          .text = ShownSentence(engine.error),
                          .evidence = CiteState(engine, "Error")});
  }
  return statements;
}

std::vector<Statement> FlagStatements(const InferredSources& sources, const KillsOf& kills) {
  if (!sources.engine || !sources.engine->oom_flag) return {};
  const EngineState& engine = *sources.engine;
  const bool says = *engine.oom_flag;
  if (engine.running.value_or(false)) return {};  // it may be of a run before
  // Of what runs or ended by itself the engine claims nothing by it.
  const bool matters = says || !kills.own.empty() || engine.exit_code == 137;
  if (!matters) return {};
  return {{.label = "flag",
           .text = says ? TrueFlagText(engine, kills) : FalseFlagText(engine, kills),
           .evidence = CiteState(engine, "OOMKilled")}};
}

std::vector<Statement> RemarkStatements(const std::vector<Told>& told) {
  constexpr std::size_t kMostTold = 4;
  std::vector<Statement> statements;
  for (std::size_t i = 0; i < std::min(told.size(), kMostTold); ++i) {
    const JournalRemark& remark = *told[i].remark;
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(remark.at).count();
    statements.push_back(
        {.label = "journal",
         .text = fmt::format("{} {}, {}", Shown(remark.speaker), RemarkText(told[i].kind),
                             ToPersonalText(remark.at)),
         .evidence = CiteRecord(LogView::Source::kJournal, static_cast<std::uint64_t>(micros))});
  }
  return statements;
}

std::vector<Statement> ReachStatements(const InferredSources& sources, const KillsOf& kills) {
  std::vector<Statement> statements;
  for (const LogView& log : sources.logs) {
    if (log.unavailable.empty()) continue;
    statements.push_back({.label = "log",
                          .text = "cannot be read: " + Shown(log.unavailable),
                          .evidence = std::string(SourceName(log.source))});
  }
  if (kills.log == nullptr) return statements;
  const std::string source(SourceName(kills.log->source));
  statements.push_back({.label = "log", .text = ReachText(kills), .evidence = source});
  if (kills.log->losses > 0) {
    statements.push_back({.label = "log",
                          .text = fmt::format("lines of it are missing in {}",
                                              CountText(kills.log->losses, "place", "places")),
                          .evidence = source});
  }
  return statements;
}

std::vector<Statement> LastWordsStatements(const InferredSources& sources) {
  const auto words = FindLastWords(sources.log_lines);
  if (!words) return {};
  return {SaidLast(*words, fmt::format("container log {}", Shown(words->stamp)))};
}

std::vector<Statement> EarlierRunStatements(const KillsOf& kills) {
  if (kills.before.empty()) return {};
  const LogKill& last = *kills.before.back();
  return {{.label = "others",
           .text = fmt::format("{} in it in an earlier run{}",
                               CountText(kills.before.size(), "OOM kill", "OOM kills"),
                               last.at ? ", the last " + ToPersonalText(*last.at) : ""),
           .evidence = CiteRecord(kills.log->source, last.event.victims.back().sequence)}};
}

std::vector<Statement> UnplacedStatements(const KillsOf& kills) {
  if (kills.unplaced.empty()) return {};
  const LogKill& last = *kills.unplaced.back();
  const OomVictim& victim = last.event.victims.back();
  return {{.label = "unclear",
           .text = fmt::format("{} of the container's time, the last of {}{}: {}",
                               CountText(kills.unplaced.size(), "OOM kill", "OOM kills"),
                               ProcessText(victim.pid, victim.comm),
                               last.at ? fmt::format(", {}", ToPersonalText(*last.at)) : "",
                               WhyUnplaced(last.event)),
           .evidence = CiteRecord(kills.log->source, victim.sequence)}};
}

}  // namespace headroom
