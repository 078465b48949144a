#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "container/enrolment.h"
#include "evidence/init_exit.h"
#include "evidence/signals.h"
#include "evidence/store.h"
#include "kernel/host_view.h"
#include "supervisor/watch/exit_watch.h"
#include "supervisor/watch/signal_watch.h"

namespace headroom {

/// How one container's init came to its end: what was sent to it and to its processes, its exit
/// status, and whether that was a kill that the kernel's OOM killer had no part in. One thread.
class EndOfInit {
 public:
  EndOfInit(HostView host, ExitWatch& exits, SignalWatch& signals);

  /// From now on signals are told. `on_term`: the init is asked to end, and still lives.
  void Watch(const Enrolment& enrolment, std::function<void()> on_term);
  /// The init has ended, just now. `pidfd` may be -1.
  void OnEnd(const Enrolment& enrolment, int pidfd, BootTime now);
  /// Keeps hold of the container's /dev/shm, once its mounts are made, until the init ends.
  void OnSample(pid_t init);
  /// Asks for the status again, which the kernel may tell only once somebody has reaped it.
  void Look(const Enrolment& enrolment, int pidfd);

  void OnSignal(const SentSignal& signal);
  void OnOomVictim(int pid);

  /// When it was seen to end; nullopt: it lives, or it ended while nobody watched.
  [[nodiscard]] std::optional<BootTime> ended_at() const { return ended_at_; }
  [[nodiscard]] const std::optional<InitExit>& exit() const { return exit_; }
  /// Whether it ended as one that was killed does, and not by the kernel's OOM killer.
  /// `last_oom_kill`: when the container's counter of such kills last rose.
  [[nodiscard]] bool IsKilledByOther(int init, std::optional<BootTime> last_oom_kill) const;
  /// Whether it may have been, as far as is known by now: reason to read what is about to vanish.
  [[nodiscard]] bool LooksKilled(int init) const;
  /// kernel/signals.json.
  [[nodiscard]] SignalRecord Record() const;
  /// before/shm.json as of the end; nullopt: it was no end of a kill, or it has no /dev/shm.
  [[nodiscard]] const std::optional<Section>& shm() const { return shm_section_; }
  /// Why there are no signals to tell of; empty: they are watched.
  [[nodiscard]] const std::string& unavailable() const { return signals_.unavailable(); }

 private:
  HostView host_;
  ExitWatch& exits_;
  SignalWatch& signals_;
  SignalWatch::Membership membership_;
  std::function<void()> on_term_;
  int init_ = 0;
  std::vector<std::string> cgroups_;
  std::vector<OomdMark> marks_before_;
  std::vector<SentSignal> sent_;
  std::set<int> oom_victims_;
  std::uint64_t dropped_ = 0;
  std::optional<BootTime> ended_at_;
  std::optional<InitExit> exit_;
  UniqueFd shm_;
  std::optional<Section> shm_section_;
};

/// SIGKILL, SIGABRT, SIGBUS, or a code by which a shell tells one of them of a child. Pure.
[[nodiscard]] bool IsEndOfAKill(const ExitStatus& status);

/// What is known of an end, for IsKillByOther.
struct EndFacts {
  int init = 0;
  BootTime ended_at{};
  InitExit exit;
  std::vector<SentSignal> signals;  ///< oldest first
  std::set<int> oom_victims;
  std::optional<BootTime> last_oom_kill;  ///< of any process of the container
};
/// Whether the init ended as one that was killed does, and not by the kernel's OOM killer. An OOM
/// kill within 10 s, of whomever, is taken for the reason, unless a process was seen to send the
/// init the first SIGKILL that it got. Pure.
[[nodiscard]] bool IsKillByOther(const EndFacts& facts);

}  // namespace headroom
