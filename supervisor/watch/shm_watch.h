#pragma once

#include <memory>
#include <optional>

#include "evidence/store.h"
#include "kernel/proc/process.h"
#include "supervisor/tripwire/wire.h"

namespace headroom {

/// What lay on a container's /dev/shm when it was last looked at. Nothing of the container is held
/// in between: a descriptor would keep the file system and its memory, and make its umount fail.
/// It is looked at in a worker, as the container chose what is mounted there. Event thread only.
class ShmWatch {
 public:
  explicit ShmWatch(WireServices& services);

  enum class Haste { kNone, kNow };
  /// Has it looked at soon, unless that is under way already; with kNone at most once a second.
  void Look(const ProcessId& init, Haste haste);

  /// before/shm.json as of the last look that saw it, with its time; nullopt: none did.
  [[nodiscard]] const std::optional<Section>& last() const { return state_->last; }

 private:
  /// Outlives this object while a worker is at it. Event thread only.
  struct State {
    bool looking = false;
    std::optional<BootTime> asked_at;
    std::optional<Section> last;
  };

  WireServices& services_;
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace headroom
