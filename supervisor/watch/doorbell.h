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

  /// Whether somebody has rung whom the loop has not come to yet. A container is enrolled, and the
  /// doorbell rung, before its first process runs: whoever is told of its kill can know of it.
  [[nodiscard]] bool HasRung() const;

  /// Whether systemd has it too: then somebody listens also when we do not, and who rings after our
  /// end has us started again.
  [[nodiscard]] bool outlives_us() const { return passed_; }

 private:
  UniqueFd socket_;
  bool passed_ = false;
  EventLoop::Source source_;
};

}  // namespace headroom
