#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>

#include "supervisor/loop/event_loop.h"
#include "supervisor/loop/workers.h"
#include "supervisor/retention/pass.h"

namespace headroom {

/// Keeps the bundle store bounded: looks after every publication, though never twice within
/// kMinGap, and once in kInterval, as the hook and the command publish too. The disk is waited for
/// by a thread of its own, so that no tripwire and no bundle waits behind a removal. What was
/// removed is a line in the journal; what goes wrong is said once, not at each look.
///
/// Called by the event thread alone. Destruction waits for a look that is under way.
class StoreKeeper {
 public:
  static constexpr std::chrono::nanoseconds kMinGap = std::chrono::seconds(5);
  static constexpr std::chrono::nanoseconds kInterval = std::chrono::seconds(60);

  StoreKeeper(EventLoop& loop, StatePaths paths, std::chrono::nanoseconds min_gap = kMinGap);

  void Start() { LookSoon(); }
  void LookSoon();
  /// Whether a look is under way, for which destruction would wait.
  [[nodiscard]] bool IsLooking() const { return under_way_; }

 private:
  void LookAfter(std::chrono::nanoseconds delay);
  void Look();
  void OnLooked(const RetentionReport& report);

  EventLoop& loop_;
  std::chrono::nanoseconds min_gap_;
  std::shared_ptr<RetentionPass> pass_;  ///< used by the worker's thread alone
  EventLoop::Source timer_;
  std::optional<BootTime> ended_;  ///< the last look
  bool under_way_ = false;
  bool wanted_ = false;  ///< once more, as soon as may be
  std::set<std::string> said_;
  Workers worker_{1};  ///< last, so that its thread has ended before anything that it uses goes
};

}  // namespace headroom
