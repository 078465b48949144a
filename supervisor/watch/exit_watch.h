#pragma once

#include <deque>
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

  /// nullopt: not known (yet). `pidfd` may be -1; `since`: a process of that number that ended
  /// before is another one.
  [[nodiscard]] std::optional<InitExit> StatusOf(const ProcessId& process, int pidfd,
                                                 BootTime since);

  /// Why an end that is not a zombie's is not known; empty: it is.
  [[nodiscard]] const std::string& unavailable() const { return unavailable_; }

 private:
  explicit ExitWatch(HostView host) : host_(std::move(host)) {}
  void Drain();

  HostView host_;
  std::optional<ExitConnector> connector_;
  EventLoop::Source source_;
  std::deque<ExitMessage> heard_;  ///< oldest first, bounded; times are boot times
  std::string unavailable_;
};

}  // namespace headroom
