#include "explain/study/ending.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <string_view>

namespace headroom {
namespace {

std::string_view LastComponent(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool IsInside(const Case& the_case, const SignalSender& sender) {
  if (sender.process.pid == the_case.container().init.pid) return true;
  const std::string& own = the_case.inputs.path();
  const bool has_own = own.size() > 1 && the_case.container().own_cgroup;
  return has_own && !sender.cgroup.empty() && IsSameOrBelow(sender.cgroup, own);
}

/// Where root alone puts programs.
bool IsOfTheSystem(std::string_view exe) {
  constexpr std::array<std::string_view, 3> kFolders = {"/usr/", "/bin/", "/sbin/"};
  return std::ranges::any_of(kFolders,
                             [&](std::string_view folder) { return exe.starts_with(folder); });
}

/// Root alone makes a service of the system, and its processes are in its own cgroup, in whichever
/// mount namespace: the units of earlyoom and systemd-oomd (ProtectSystem=) give them one.
bool IsServiceItself(const SignalSender& sender, std::string_view unit) {
  return sender.unit == unit && LastComponent(sender.cgroup) == unit;
}

SenderKind KindOf(const Case& the_case, const SentSignal* signal) {
  if (signal == nullptr || !signal->sender) return SenderKind::kNone;
  if (IsInside(the_case, *signal->sender)) return SenderKind::kInside;
  if (!MemoryKillerName(*signal->sender).empty()) return SenderKind::kMemoryKiller;
  return signal->via.empty() ? SenderKind::kOther : SenderKind::kHand;
}

bool Arrived(const SentSignal& signal) { return signal.result != "ignored"; }

/// Of SIGKILL the first ends it; a handler may outlive any number of the others.
const SentSignal* FindFatal(const Case& the_case, const ExitStatus& exit) {
  const int init = the_case.container().init.pid;
  const SentSignal* found = nullptr;
  for (const SentSignal& signal : the_case.inputs.signals->signals) {
    if (signal.target != init || signal.signal != exit.signal || !Arrived(signal)) continue;
    if (found == nullptr || signal.signal != SIGKILL) found = &signal;
  }
  return found;
}

/// The last before its end: of a process that ended long before, nobody tells the status now.
const SentSignal* FindInside(const Case& the_case, const ExitStatus& exit) {
  constexpr std::chrono::seconds kJustBefore{10};
  const int init = the_case.container().init.pid;
  const SentSignal* found = nullptr;
  for (const SentSignal& signal : the_case.inputs.signals->signals) {
    const bool is_told = 128 + signal.signal == exit.code && signal.target != init;
    if (!is_told || !Arrived(signal) || !the_case.killed_at) continue;
    if (signal.at + kJustBefore >= *the_case.killed_at) found = &signal;
  }
  return found;
}

bool IsSameHand(const SentSignal& left, const SentSignal& right) {
  if (!left.sender || !right.sender) return false;
  if (!left.via.empty() && left.via == right.via) return true;
  return left.sender->process.pid == right.sender->process.pid;
}

const SentSignal* FindAsked(const Case& the_case, const SentSignal& fatal) {
  const SentSignal* found = nullptr;
  for (const SentSignal& signal : the_case.inputs.signals->signals) {
    if (&signal == &fatal) break;
    if (signal.at + kLongestGrace < fatal.at) continue;
    if (signal.signal == SIGTERM && signal.target == fatal.target && IsSameHand(signal, fatal)) {
      found = &signal;
    }
  }
  return found;
}

const OomdMark* FindOomd(const Case& the_case) {
  const auto& marks = the_case.inputs.signals->oomd;
  const auto own = std::ranges::find(marks, the_case.inputs.path(), &OomdMark::cgroup);
  return own == marks.end() ? nullptr : &*own;
}

/// Signals were watched, and none of the container's was left out: what is not there was not sent.
bool SawAllSignals(const Case& the_case) {
  const auto& signals = the_case.inputs.signals;
  return signals && signals->dropped == 0 && signals->lost == 0;
}

/// abort(3), by the init or by a child whose status it tells. A signal that was not seen may have
/// come from anybody; that is why it takes evidence of an allocation as well.
bool AbortedItself(const Ending& ending) {
  if (!ending.TellsOf(SIGABRT)) return false;
  const SentSignal* kill = ending.kill();
  if (kill == nullptr || !kill->sender) return true;
  return ending.sender == SenderKind::kInside || kill->sender->process.pid == kill->target;
}

std::optional<int> WhoAborted(const Case& the_case, const Ending& ending) {
  if (ending.IsBy(SIGABRT)) return the_case.container().init.pid;
  return ending.inside != nullptr ? std::optional(ending.inside->target) : std::nullopt;
}

/// By its name, which is all that is known of one that ended as it was looked at.
bool IsCalledAsAnEngine(const SignalSender& sender) {
  constexpr std::array<std::string_view, 9> kEngines = {
      "runc", "crun", "youki", "conmon", "conmonrs", "crio", "containerd", "dockerd", "kubelet"};
  const std::string_view exe = LastComponent(sender.process.exe);
  const std::string_view name = exe.empty() ? std::string_view(sender.process.comm) : exe;
  return std::ranges::find(kEngines, name) != kEngines.end() || name.starts_with("containerd-shim");
}

/// The kubelet's kill comes by the hand of an engine or a runtime. Whoever is called otherwise or
/// is not of the host, the kernel, and systemd-oomd are not the kubelet.
bool MayBeTheKubelets(const Ending& ending) {
  if (!ending.IsBy(SIGKILL)) return false;
  const SentSignal* kill = ending.kill();
  if (kill == nullptr) return ending.oomd == nullptr;
  if (ending.sender == SenderKind::kHand) return true;
  const bool may_be = ending.sender == SenderKind::kOther && kill->sender->of_host.value_or(true);
  return may_be && IsCalledAsAnEngine(*kill->sender);
}

std::optional<Eviction> EvictionOf(const Case& the_case, const Ending& ending) {
  const auto& pod = the_case.container().pod;
  const auto& log = the_case.inputs.kubelet;
  if (!pod || !log || !MayBeTheKubelets(ending)) return std::nullopt;
  return FindEviction(*log, *pod);
}

Cause CauseOf(const Case& the_case, const Ending& ending) {
  if (!ending.exit) return Cause::kUnknown;
  const SentSignal* kill = ending.kill();
  if (ending.sender == SenderKind::kMemoryKiller) return Cause::kUserspaceKiller;
  if (kill == nullptr && ending.IsBy(SIGKILL) && ending.oomd != nullptr) {
    return Cause::kUserspaceKiller;
  }
  if (ending.eviction) return Cause::kEvicted;
  const bool by_process = kill != nullptr && kill->sender.has_value();
  if (by_process && kill->signal == SIGKILL) return Cause::kExternalSigkill;
  if (ending.TellsOf(SIGBUS) && ShmWasFull(the_case)) return Cause::kShmFull;
  if (ending.alloc) return Cause::kAllocFailed;
  const bool by_itself = ending.exit->code.has_value() && kill == nullptr;
  const bool nobody = SawAllSignals(the_case) && OomKillsBefore(the_case) == 0;
  return by_itself && nobody ? Cause::kNotKilled : Cause::kUnknown;
}

}  // namespace

std::optional<std::uint64_t> OomKillsBefore(const Case& the_case) {
  const auto& incident = the_case.inputs.incident;
  const auto& signals = the_case.inputs.signals;
  const std::uint64_t named = signals ? signals->oom_victims.size() : 0;
  const auto& before = the_case.container().cgroup.events;
  if (!incident || !before || !before->oom_kill || incident->oom_kill_to < *before->oom_kill) {
    return named > 0 ? std::optional(named) : std::nullopt;
  }
  return std::max(named, incident->oom_kill_to - *before->oom_kill);
}

std::string MemoryKillerName(const SignalSender& sender) {
  constexpr std::array<std::string_view, 4> kKillers = {"systemd-oomd", "earlyoom", "oomd",
                                                        "nohang"};
  if (!sender.seen) return "";
  const std::string_view exe = LastComponent(sender.process.exe);
  for (const std::string_view killer : kKillers) {
    const std::string unit = std::string(killer) + ".service";
    const bool of_host = sender.of_host.value_or(false);
    const bool is_unit = IsServiceItself(sender, unit) || (of_host && sender.unit == unit);
    const bool is_script = exe.starts_with("python") && sender.process.comm == killer && is_unit;
    const bool of_system = of_host && IsOfTheSystem(sender.process.exe);
    const bool is_program = exe == killer && (is_unit || of_system);
    if (is_script || is_program) return std::string(killer);
  }
  return "";
}

std::optional<std::chrono::nanoseconds> ShmAge(const Case& the_case) {
  const ManifestRow* row = the_case.evidence().manifest.Find("before/shm.json");
  if (row == nullptr || !row->captured_boot || !the_case.killed_at) return std::nullopt;
  return std::max(std::chrono::nanoseconds(*the_case.killed_at - *row->captured_boot),
                  std::chrono::nanoseconds(0));
}

bool IsShmOld(const Case& the_case) {
  // It is looked at with every sample, and samples are 10 s apart at most, and a tenth more.
  constexpr std::chrono::seconds kOld{12};
  const auto age = ShmAge(the_case);
  return !age || *age > kOld;
}

bool ShmWasFull(const Case& the_case) {
  const auto& shm = the_case.inputs.shm;
  if (IsShmOld(the_case) || !shm || !shm->size || !shm->used || shm->size->unlimited())
    return false;
  constexpr double kFull = 0.98;
  return shm->size->bytes().value > 0 && Share(*shm->used, shm->size->bytes()) >= kFull;
}

Ending StudyEnding(const Case& the_case) {
  Ending ending;
  const auto& incident = the_case.inputs.incident;
  if (!incident || !incident->init_exit) return ending;
  ending.exit = incident->init_exit->status;
  if (the_case.inputs.signals) {
    if (ending.exit->signal) ending.fatal = FindFatal(the_case, *ending.exit);
    if (ending.exit->code) ending.inside = FindInside(the_case, *ending.exit);
    ending.oomd = FindOomd(the_case);
  }
  ending.sender = KindOf(the_case, ending.kill());
  ending.eviction = EvictionOf(the_case, ending);
  // A killer for want of memory begins with SIGTERM, and no more time would have helped.
  if (ending.fatal != nullptr && ending.sender != SenderKind::kMemoryKiller) {
    ending.asked = FindAsked(the_case, *ending.fatal);
  }
  if (AbortedItself(ending)) {
    ending.alloc = FindAllocFailure(the_case, WhoAborted(the_case, ending));
  }
  ending.cause = CauseOf(the_case, ending);
  return ending;
}

}  // namespace headroom
