#pragma once

#include <cstdint>
#include <optional>

namespace headroom {

/// How a process ended: by a signal, or with a code of its own choice. Shells and engines tell both
/// as one number, 128 + signal: that of a signal cannot be told from the same code any more.
struct ExitStatus {
  std::optional<int> signal;  ///< 1..127; one of the two is there, and never both
  std::optional<int> code;    ///< 0..255
  /// As a shell tells it: 137 for SIGKILL.
  [[nodiscard]] int AsShellTells() const { return signal ? 128 + *signal : code.value_or(0); }

  auto operator<=>(const ExitStatus&) const = default;
};

/// Of a wait status (wait(2)), as the kernel has it in task_struct. nullopt: of no process that has
/// ended. Pure.
[[nodiscard]] std::optional<ExitStatus> ParseWaitStatus(std::int64_t status);

}  // namespace headroom
