#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/clock.h"

namespace headroom {

/// A container whose threads wait while its essential part is read. Whoever holds it implements
/// this; it may release it by itself at any moment. Any thread; nothing else here blocks.
class HeldContainer {
 public:
  HeldContainer() = default;
  HeldContainer(const HeldContainer&) = delete;
  HeldContainer& operator=(const HeldContainer&) = delete;
  virtual ~HeldContainer() = default;

  /// Where it is to stand still while it is read, and not only to be slow: begins with that, and
  /// waits until it does, a fiftieth of a second at most.
  virtual void StandStill() {}
  /// From when to when it stood still; nullopt: it did not, or still does.
  [[nodiscard]] virtual std::optional<std::chrono::nanoseconds> stood_still_for() const {
    return std::nullopt;
  }
  /// Why it did not stand still, though it was to; empty: it did, or was not to.
  [[nodiscard]] virtual std::string why_not_still() const { return ""; }

  /// The essential part is read: it may run on.
  virtual void Release() = 0;
  /// Until when to read on before the largest process is read: it needs time as well.
  [[nodiscard]] virtual BootTime table_deadline() const = 0;
  /// Its time was over before it was released.
  [[nodiscard]] virtual bool overdue() const = 0;
  /// From the event's read to the release; nullopt while it is held.
  [[nodiscard]] virtual std::optional<std::chrono::nanoseconds> held_for() const = 0;
};

}  // namespace headroom
