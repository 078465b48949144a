#pragma once

#include <sys/types.h>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "evidence/init_exit.h"
#include "kernel/exit/exit_connector.h"
#include "kernel/host_view.h"
#include "kernel/proc/process.h"
#include "supervisor/loop/event_loop.h"

namespace headroom {

/// How processes that are not our children ended: asked of their pidfd where the kernel tells
/// (Linux 6.15), else heard from the process connector, else read while the process is a zombie.
/// One thread.
class ExitWatch {
 public:
  /// Without the connector the object is usable, and unavailable() says why.
  [[nodiscard]] static std::unique_ptr<ExitWatch> Open(EventLoop& loop, HostView host);

  /// When a process can have ended: one of its number that ended at another time is another one.
  struct Span {
    BootTime since{};
    BootTime ended_at{};  ///< when it was seen to have ended
  };
  /// nullopt: not known (yet). `pidfd` may be -1.
  [[nodiscard]] std::optional<InitExit> StatusOf(const ProcessId& process, int pidfd, Span span);

  /// Only the ends of such numbers are kept; as often as it is let go of again.
  void Keep(pid_t pid) { ++kept_[pid]; }
  void LetGo(pid_t pid);

  /// Why an end that is not a zombie's is not known; empty: it is.
  [[nodiscard]] const std::string& unavailable() const { return unavailable_; }

 private:
  ExitWatch(EventLoop& loop, HostView host) : loop_(loop), host_(std::move(host)) {}
  [[nodiscard]] Status Listen();
  void ListenLater();
  void OnBroken(const Error& error);
  void Drain();

  EventLoop& loop_;

  HostView host_;
  std::optional<ExitConnector> connector_;
  EventLoop::Source source_;
  EventLoop::Source retry_;
  std::uint64_t overruns_told_ = 0;
  std::map<pid_t, unsigned> kept_;
  std::deque<ExitMessage> heard_;  ///< oldest first, bounded; times are boot times
  std::string unavailable_;
};

}  // namespace headroom
