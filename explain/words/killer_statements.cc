#include "explain/words/killer_statements.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <iterator>

#include "explain/inputs/citation.h"
#include "explain/words/eviction_statements.h"
#include "explain/words/signal_words.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

constexpr const char* kIncident = "incident.json";

std::string ProgramText(const NamedProcess& process) {
  std::string text = ProcessText(process.pid, process.comm);
  if (!process.exe.empty()) text += fmt::format(" ({})", Shown(process.exe));
  return text;
}

std::string ParentsText(const SignalSender& sender) {
  std::string text;
  for (const NamedProcess& parent : sender.parents) {
    text += fmt::format("{} {}", text.empty() ? "; started by" : " under",
                        ProcessText(parent.pid, parent.comm));
  }
  return text;
}

std::string PlaceText(const SignalSender& sender) {
  if (!sender.seen) return "; it was gone before it could be looked at";
  if (!sender.unit.empty()) return fmt::format(", in {}", Shown(sender.unit));
  return sender.cgroup.empty() ? "" : fmt::format(", in cgroup {}", Shown(sender.cgroup));
}

std::string KindText(const Ending& ending, const SentSignal& kill) {
  switch (ending.sender) {
    case SenderKind::kHand:
      return fmt::format("; {} is a runtime's hand{}", Shown(kill.via),
                         kill.sender->parents.empty() ? ": who asked it is not seen" : "");
    case SenderKind::kInside:
      return "; a process of the container itself";
    case SenderKind::kNone:
    case SenderKind::kMemoryKiller:
    case SenderKind::kOther:
      break;
  }
  return "";
}

std::string FaultText(const SentSignal& kill) {
  if (kill.signal == SIGBUS) return "the kernel: it touched memory that no page could be had for";
  return "the kernel itself, and not for want of memory of the container";
}

/// A process that signals itself, as abort(3) does.
bool IsOwnDoing(const SentSignal& kill) {
  return kill.sender && kill.sender->process.pid == kill.target;
}

std::string SenderText(const Ending& ending, const SentSignal& kill) {
  if (!kill.sender) return FaultText(kill);
  if (IsOwnDoing(kill)) return fmt::format("itself: it sent itself {}", SignalName(kill.signal));
  const NamedProcess& process = kill.sender->process;
  const std::string name =
      kill.sender->seen ? ProgramText(process)
                        : fmt::format("pid {}, which calls itself {}", process.pid,
                                      process.comm.empty() ? "nothing" : Shown(process.comm));
  return name + PlaceText(*kill.sender) + ParentsText(*kill.sender) + KindText(ending, kill);
}

/// The statement that is due where no sender was seen: why.
Statement UnseenSender(const Case& the_case) {
  const ManifestRow* row = the_case.evidence().manifest.Find(kSignalRecord);
  const bool watched = the_case.inputs.signals.has_value();
  const std::string why = row == nullptr || row->reason.empty() ? "" : ": " + Shown(row->reason);
  if (watched) {
    return {.label = "killer",
            .text = "not seen: no such signal is among those that were recorded" + why,
            .evidence = CiteSignals(the_case)};
  }
  return {.label = "killer",
          .text = "not seen: signals were not watched" + why,
          .evidence = CiteManifest(the_case.evidence(), kSignalRecord)};
}

void AddEnd(const Case& the_case, const Ending& ending, std::vector<Statement>& lines) {
  if (!ending.exit) return;
  const std::string how = ending.exit->signal ? "by " + SignalName(*ending.exit->signal)
                                              : fmt::format("with status {}; no signal ended it",
                                                            ending.exit->code.value_or(0));
  lines.push_back(
      {.label = "ended",
       .text = fmt::format("the container's init, pid {}, {}", the_case.container().init.pid, how),
       .evidence = Cite(the_case.evidence(), kIncident, "\"exit\"")});
}

void AddKiller(const Case& the_case, const Ending& ending, std::vector<Statement>& lines) {
  const SentSignal* kill = ending.kill();
  if (kill != nullptr) {
    lines.push_back({.label = "killer",
                     .text = SenderText(ending, *kill),
                     .evidence = CiteSignal(the_case, *kill)});
    return;
  }
  if (ending.oomd != nullptr) {
    lines.push_back({.label = "killer",
                     .text = fmt::format("systemd-oomd, by its mark on the cgroup {}: it has "
                                         "killed there since the container was watched",
                                         Shown(ending.oomd->cgroup)),
                     .evidence = Cite(the_case.evidence(), kSignalRecord, "\"oomd\"")});
    return;
  }
  if (ending.exit && ending.exit->signal) lines.push_back(UnseenSender(the_case));
  if (ending.cause == Cause::kNotKilled) {
    lines.push_back({.label = "killer",
                     .text = "nobody: no such signal to any of its processes was seen",
                     .evidence = CiteSignals(the_case)});
  }
}

void AddInside(const Case& the_case, const Ending& ending, std::vector<Statement>& lines) {
  if (ending.inside == nullptr) return;
  lines.push_back(
      {.label = "victim",
       .text = fmt::format("{}, which {} ended; the init then ended by itself with the status "
                           "by which a shell tells of that",
                           ProcessText(ending.inside->target, ending.inside->target_comm),
                           SignalName(ending.inside->signal)),
       .evidence = CiteSignal(the_case, *ending.inside)});
}

std::string DistanceText(BootTime at, BootTime kill) {
  return at <= kill ? ToText(kill - at) + " before" : ToText(at - kill) + " after";
}

}  // namespace

std::vector<Statement> KillerStatements(const Case& the_case, const Ending& ending) {
  std::vector<Statement> lines;
  AddEnd(the_case, ending, lines);
  AddKiller(the_case, ending, lines);
  if (ending.eviction) {
    std::ranges::move(EvictionStatements(the_case, ending), std::back_inserter(lines));
  }
  AddInside(the_case, ending, lines);
  return lines;
}

std::vector<Statement> OtherKillerNotes(const Case& the_case) {
  const auto& signals = the_case.inputs.signals;
  if (!signals) return {};
  constexpr std::chrono::seconds kJustBefore{10};
  const auto& at = the_case.killed_at;
  const int init = the_case.container().init.pid;
  const auto kill = std::ranges::find_if(signals->signals, [&](const SentSignal& signal) {
    const bool is_near = at && (signal.target == init || signal.at + kJustBefore >= *at);
    return is_near && signal.signal == SIGKILL && signal.sender && signal.via.empty() &&
           signal.result == "delivered";
  });
  if (kill == signals->signals.end()) return {};
  return {{.label = "note",
           .text = fmt::format("beside the OOM killer, {} sent SIGKILL to {} {} its kill, which no "
                               "counter of OOM kills has in it",
                               ProcessText(kill->sender->process.pid, kill->sender->process.comm),
                               ProcessText(kill->target, kill->target_comm),
                               DistanceText(kill->at, *at)),
           .evidence = CiteSignal(the_case, *kill)}};
}

}  // namespace headroom
