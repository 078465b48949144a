#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "container/enrolment/enrolment.h"
#include "evidence/init_exit.h"
#include "evidence/signals.h"
#include "evidence/store.h"
#include "kernel/host_view.h"
#include "supervisor/watch/exit_watch.h"
#include "supervisor/watch/shm_watch.h"
#include "supervisor/watch/signal_watch.h"

namespace headroom {

/// OOM kills of any process of a generation, as its counter tells.
struct CountedOomKills {
  std::uint64_t count = 0;       ///< since its enrolment, those before a restart of ours as well
  std::optional<BootTime> last;  ///< when that last rose; nullopt: not since we watch
};

/// How one container's init came to its end: what was sent to it and to its processes, its exit
/// status, and whether that was a kill that the kernel's OOM killer had no part in. One thread.
class EndOfInit {
 public:
  EndOfInit(WireServices& services, ExitWatch& exits, SignalWatch& signals);
  EndOfInit(const EndOfInit&) = delete;
  EndOfInit& operator=(const EndOfInit&) = delete;
  ~EndOfInit();

  /// From now on signals are told. `on_term`: the init is asked to end, and still lives.
  void Watch(const Enrolment& enrolment, std::function<void()> on_term);
  /// The init has ended, just now. `pidfd` may be -1.
  void OnEnd(const Enrolment& enrolment, int pidfd, BootTime now);
  /// Has the container's /dev/shm looked at, in a worker.
  void OnSample(const ProcessId& init);
  /// Asks for the status again, which the kernel may tell only once somebody has reaped it.
  void Look(const Enrolment& enrolment, int pidfd);

  void OnSignal(const SentSignal& signal);
  /// The same again: counted where the first one is kept.
  void OnRepeat(const SentSignal& signal);
  /// One of its processes was chosen by the OOM killer, as traced or as the kernel's log has it.
  void OnOomVictim(int pid);

  /// When it was seen to end; nullopt: it lives, or it ended while nobody watched.
  [[nodiscard]] std::optional<BootTime> ended_at() const { return ended_at_; }
  [[nodiscard]] const std::optional<InitExit>& exit() const { return exit_; }
  /// Whether it ended as one that was killed does, and not by the kernel's OOM killer.
  [[nodiscard]] bool IsKilledByOther(int init, const CountedOomKills& kills) const;
  /// Whether it may have been, as far as is known by now: reason to read what is about to vanish.
  [[nodiscard]] bool LooksKilled(int init) const;
  /// kernel/signals.json, of the end or of an incident whose first kill was seen at `at`: signals
  /// to the init, and those to its processes from 10 s before.
  [[nodiscard]] SignalRecord Record(BootTime at) const;
  /// before/shm.json as of the last look before the end, with its time; nullopt: it was not seen.
  [[nodiscard]] const std::optional<Section>& shm() const { return shm_.last(); }
  /// Why there are no signals to tell of; empty: they are watched.
  [[nodiscard]] const std::string& unavailable() const { return signals_.unavailable(); }

 private:
  HostView host_;
  ExitWatch& exits_;
  SignalWatch& signals_;
  SignalWatch::Membership membership_;
  std::function<void()> on_term_;
  ProcessId init_;
  std::vector<std::string> cgroups_;
  std::vector<OomdMark> marks_before_;
  std::vector<SentSignal> sent_;
  std::set<int> oom_victims_;
  std::uint64_t dropped_ = 0;
  std::optional<BootTime> ended_at_;
  std::optional<InitExit> exit_;
  ShmWatch shm_;
};

/// SIGKILL, SIGABRT, SIGBUS, or a code by which a shell tells one of them of a child. Pure.
[[nodiscard]] bool IsEndOfAKill(const ExitStatus& status);

/// What is known of an end, for IsKillByOther.
struct EndFacts {
  int init = 0;
  BootTime ended_at{};
  InitExit exit;
  std::vector<SentSignal> signals;  ///< oldest first
  std::set<int> oom_victims;        ///< those that were named, by a trace or the log
  CountedOomKills oom_kills;
};
/// Whether the init ended as one that was killed does, and not by the kernel's OOM killer. Pure.
/// An OOM victim may take long to die, and a shell longer to pass its child's status on. So without
/// a process that was seen to send the init the first SIGKILL that it got, it is none where
///  - the status is a code, and the generation has any OOM kill at all;
///  - the signal is SIGKILL, and not every counted victim is named, as somebody else;
///  - an OOM kill, of whomever, was counted in the 10 s before.
[[nodiscard]] bool IsKillByOther(const EndFacts& facts);

}  // namespace headroom
