#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <iterator>

#include "explain/inputs/citation.h"
#include "explain/study/growth.h"
#include "explain/study/not_oom.h"
#include "explain/words/ending_words.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

constexpr const char* kSignals = "kernel/signals.json";
constexpr const char* kIncident = "incident.json";
constexpr const char* kShm = "before/shm.json";

std::string CiteSignal(const Case& the_case, const SentSignal& signal) {
  return Cite(the_case.evidence(), kSignals, fmt::format("\"at_boot_ns\": {},", signal.at.count()));
}

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
  const ManifestRow* row = the_case.evidence().manifest.Find(kSignals);
  const bool watched = the_case.inputs.signals.has_value();
  const std::string why = row == nullptr || row->reason.empty() ? "" : ": " + Shown(row->reason);
  if (watched) {
    return {.label = "killer",
            .text = "not seen: no such signal is among those that were recorded" + why,
            .evidence = Cite(the_case.evidence(), kSignals, "\"signals\"")};
  }
  return {.label = "killer",
          .text = "not seen: signals were not watched" + why,
          .evidence = CiteManifest(the_case.evidence(), kSignals)};
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
                     .evidence = Cite(the_case.evidence(), kSignals, "\"oomd\"")});
    return;
  }
  if (ending.exit && ending.exit->signal) lines.push_back(UnseenSender(the_case));
  if (ending.cause == Cause::kNotKilled) {
    lines.push_back({.label = "killer",
                     .text = "nobody: no such signal to any of its processes was seen",
                     .evidence = Cite(the_case.evidence(), kSignals, "\"signals\"")});
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

void AddAllocFailure(const Ending& ending, std::vector<Statement>& lines) {
  if (!ending.alloc) return;
  if (const auto& space = ending.alloc->address_space) {
    lines.push_back(
        {.label = "limit",
         .text = fmt::format("pid {} had {} of address space at the snapshot, of {} that "
                             "it may have (ulimit -v)",
                             space->pid, ToText(space->size), ToText(space->limit)),
         .evidence = space->evidence});
  }
  if (const auto& commit = ending.alloc->commit) {
    lines.push_back(
        {.label = "limit",
         .text = fmt::format("the host promises no more memory than {} "
                             "(vm.overcommit_memory is 2), and had promised {} when the bundle was "
                             "made",
                             ToText(commit->limit), ToText(commit->committed)),
         .evidence = commit->evidence});
  }
}

/// The last SIGTERM before `fatal` to the same process, whoever sent it; nullptr: none was seen.
const SentSignal* LastTermTo(const SignalRecord& record, const SentSignal& fatal) {
  const SentSignal* found = nullptr;
  for (const SentSignal& signal : record.signals) {
    if (&signal == &fatal) break;
    if (signal.signal == SIGTERM && signal.target == fatal.target) found = &signal;
  }
  return found;
}

void AddAsked(const Case& the_case, const Ending& ending, std::vector<Statement>& lines) {
  if (ending.fatal == nullptr || !ending.IsBy(SIGKILL)) return;
  if (ending.asked == nullptr) {
    const auto& signals = the_case.inputs.signals;
    const bool whole = signals && signals->dropped == 0 && signals->lost == 0;
    if (ending.sender != SenderKind::kHand || !whole) return;
    if (const SentSignal* term = LastTermTo(*signals, *ending.fatal)) {
      lines.push_back({.label = "asked",
                       .text = fmt::format("SIGTERM came {} before, from a process that had ended "
                                           "before it could be looked at, or from elsewhere",
                                           ToText(ending.fatal->at - term->at)),
                       .evidence = Cite(the_case.evidence(), kSignals, "\"signals\"")});
      return;
    }
    // Images name other stop signals (SIGQUIT, SIGINT), which are not watched.
    lines.push_back({.label = "asked",
                     .text = "no SIGTERM from there was seen before (a stop signal of another kind "
                             "would not be seen)",
                     .evidence = Cite(the_case.evidence(), kSignals, "\"signals\"")});
    return;
  }
  const bool ignored = ending.asked->result == "ignored";
  lines.push_back(
      {.label = "asked",
       .text = fmt::format(
           "SIGTERM {} before{}: the grace period ran out",
           ToText(ending.fatal->at - ending.asked->at),
           ignored ? ", which it has no handler for, so that the kernel dropped it" : ""),
       .evidence = CiteSignal(the_case, *ending.asked)});
}

/// What was charged at the last sample before the end.
std::string MemoryText(const Case& the_case) {
  const auto samples = SamplesUpToKill(the_case);
  const auto last =
      std::ranges::find_if(samples.rbegin(), samples.rend(),
                           [](const Sample& sample) { return sample.current.has_value(); });
  if (last == samples.rend() || !the_case.killed_at) return "";
  const auto limit = OwnLimit(the_case.inputs);
  const std::string of =
      limit && !limit->unlimited() ? fmt::format(" of {}", ToText(limit->bytes())) : "";
  return fmt::format("{}{} were charged {} before the end", ToText(*last->current), of,
                     ToText(std::max(*the_case.killed_at - last->at, BootTime(0))));
}

/// With the cgroup gone the last reading may have come too early, and the log has to say it.
std::string NotCountedText(const Case& the_case, bool removed) {
  if (!removed) return "not the OOM killer: no kill was counted";
  return LogHasNoKill(the_case)
             ? "not the OOM killer: it had counted no kill when the container's cgroup was last "
               "read, and the kernel's log named none"
             : "the OOM killer had counted no kill when the container's cgroup was last read; "
               "whether one came after that is not known";
}

/// What the counter rose by before: nothing of it is this end, and it may still be its reason.
void AddEarlierKills(const Case& the_case, std::uint64_t kills, std::vector<Statement>& lines) {
  lines.push_back(
      {.label = "memory",
       .text = fmt::format("before this end the OOM killer had killed {} in the container, which "
                           "bundles of their own tell of; whether this end follows from that is "
                           "not known",
                           kills == 1 ? "a process" : fmt::format("{} processes", kills)),
       .evidence = Cite(the_case.evidence(), kIncident, "\"oom_kill\": {")});
}

void AddNotOom(const Case& the_case, std::vector<Statement>& lines) {
  const auto& incident = the_case.inputs.incident;
  const IncidentLevel* own = incident ? incident->Own() : nullptr;
  const std::uint64_t earlier = OomKillsBefore(the_case).value_or(0);
  if (earlier > 0) {
    AddEarlierKills(the_case, earlier, lines);
  } else if (own != nullptr && own->events.oom_kill == 0) {
    lines.push_back({.label = "memory",
                     .text = NotCountedText(the_case, own->removed),
                     .evidence = Cite(the_case.evidence(), kIncident, "\"oom_kill\": 0")});
  } else {
    lines.push_back({.label = "memory",
                     .text = "whether the OOM killer killed another process in it at about that "
                             "time is not known: its counter could not be compared",
                     .evidence = Cite(the_case.evidence(), kIncident, "\"levels\"")});
  }
  std::string memory = MemoryText(the_case);
  if (memory.empty()) return;
  lines.push_back({.label = "memory",
                   .text = std::move(memory),
                   .evidence = Cite(the_case.evidence(), "timeline.json", "\"current\"")});
}

std::string DistanceText(BootTime at, BootTime kill) {
  return at <= kill ? ToText(kill - at) + " before" : ToText(at - kill) + " after";
}

void AddShm(const Case& the_case, const Ending& ending, std::vector<Statement>& lines) {
  if (!ending.TellsOf(SIGBUS)) return;
  const auto& shm = the_case.inputs.shm;
  if (!shm || !shm->size || !shm->used) {
    lines.push_back({.label = "shm",
                     .text = "whether /dev/shm was full is not known: it was not recorded",
                     .evidence = CiteManifest(the_case.evidence(), kShm)});
    return;
  }
  const auto age = ShmAge(the_case);
  const std::string size = shm->size->unlimited() ? "no limit" : ToText(shm->size->bytes());
  const std::string before = age ? ToText(*age) + " before the end" : "at a time that is not known";
  const std::string full = IsShmOld(the_case)     ? ""
                           : ShmWasFull(the_case) ? "was full "
                                                  : "was not full ";
  lines.push_back({.label = "shm",
                   .text = fmt::format("its /dev/shm {}{}, when it was last seen: {} used of {}",
                                       full, before, ToText(*shm->used), size),
                   .evidence = Cite(the_case.evidence(), kShm, "\"used\"")});
}

}  // namespace

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

std::vector<Statement> EndingStatements(const Case& the_case, const Ending& ending) {
  std::vector<Statement> lines;
  AddEnd(the_case, ending, lines);
  AddKiller(the_case, ending, lines);
  if (ending.eviction)
    std::ranges::move(EvictionStatements(the_case, ending), std::back_inserter(lines));
  AddInside(the_case, ending, lines);
  AddAsked(the_case, ending, lines);
  AddAllocFailure(ending, lines);
  AddShm(the_case, ending, lines);
  AddNotOom(the_case, lines);
  return lines;
}

}  // namespace headroom
