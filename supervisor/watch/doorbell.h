#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "supervisor/loop/event_loop.h"

namespace headroom {

/// `<run>/doorbell`: a datagram there means "look again", whatever it says. Anybody who may write
/// to the socket may ring; nothing is believed of it.
class Doorbell {
 public:
  /// Takes the socket that systemd passed, else makes one (mode 0600).
  [[nodiscard]] static Result<Doorbell> Open(EventLoop& loop, const std::string& run_dir,
                                             std::function<void()> on_ring);

 private:
  UniqueFd socket_;
  EventLoop::Source source_;
};

}  // namespace headroom
