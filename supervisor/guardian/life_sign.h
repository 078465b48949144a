#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/unique_fd.h"
#include "container/supervision/life_line.h"

namespace headroom {

/// Signs of life, to whoever undoes in the guardian's place where it stops: the one case in which
/// nobody else is left is that headroomd hangs as well. That is systemd's watchdog, which kills the
/// guardian and has ExecStopPost= of its unit undo, or without systemd a headroom-undo at the other
/// end of a life line. Not sd_notify: that waits where systemd does not read, and who guards must
/// not wait for anybody. One thread.
class LifeSign {
 public:
  /// By the environment, as systemd gives it (sd_watchdog_enabled(3)). Without a watchdog: never
  /// due.
  [[nodiscard]] static LifeSign ForWatchdog();
  /// On this end of a life line.
  [[nodiscard]] static LifeSign OnLifeLine(UniqueFd end, LifeLineRhythm rhythm);

  /// Sends one where it is due.
  void Give(BootTime now);
  /// When the next one is due.
  [[nodiscard]] BootTime due() const { return due_; }

  /// To be polled; UniqueFd::kNone where it is no life line, or nobody is at its other end.
  [[nodiscard]] int life_line() const;
  enum class Answer {
    kNone,
    kUndone,  ///< we were taken for hanging, and what is marked was undone
    kGone,    ///< nobody undoes in our place any more; signs are never due again
  };
  /// What came on the life line.
  [[nodiscard]] Answer Hear();
  /// The last word on a life line: nothing is left to undo.
  void End();

 private:
  UniqueFd socket_;
  bool is_life_line_ = false;
  std::string_view sign_;
  sockaddr_un address_{};
  socklen_t address_size_ = 0;  ///< 0: the socket is connected
  std::chrono::nanoseconds interval_{};
  BootTime due_ = BootTime::max();
};

}  // namespace headroom
