#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <optional>

#include "base/clock.h"
#include "base/unique_fd.h"

namespace headroom {

/// Signs of life for systemd's watchdog, which kills the guardian and lifts in its place
/// (ExecStopPost= of its unit) where they stop: the one case in which nobody else is left is that
/// headroomd hangs as well. Not sd_notify: that waits where systemd does not read, and who guards
/// must not wait for anybody. One thread.
class LifeSign {
 public:
  /// By the environment, as systemd gives it (sd_watchdog_enabled(3)). Without a watchdog: never
  /// due.
  [[nodiscard]] static LifeSign ForWatchdog();

  /// Sends one where it is due.
  void Give(BootTime now);
  /// When the next one is due.
  [[nodiscard]] BootTime due() const { return due_; }

 private:
  UniqueFd socket_;
  sockaddr_un address_{};
  socklen_t address_size_ = 0;
  std::chrono::nanoseconds interval_{};
  BootTime due_ = BootTime::max();
};

}  // namespace headroom
