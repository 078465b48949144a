#pragma once

#include <chrono>
#include <optional>

#include "base/clock.h"

namespace headroom {

/// A container whose threads wait while its essential part is read. Whoever holds it implements
/// this; it may release it by itself at any moment. Any thread; nothing here blocks.
class HeldContainer {
 public:
  HeldContainer() = default;
  HeldContainer(const HeldContainer&) = delete;
  HeldContainer& operator=(const HeldContainer&) = delete;
  virtual ~HeldContainer() = default;

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
