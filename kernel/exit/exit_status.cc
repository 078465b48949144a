#include "kernel/exit/exit_status.h"

namespace headroom {

std::optional<ExitStatus> ParseWaitStatus(std::int64_t status) {
  constexpr std::int64_t kMost = 0xFFFF;
  constexpr std::int64_t kSignalBits = 0x7F;  // above it, whether a core was dumped
  constexpr std::int64_t kStopped = 0x7F;
  if (status < 0 || status > kMost) return std::nullopt;
  const int signal = static_cast<int>(status & kSignalBits);
  const int code = static_cast<int>(status >> 8U);
  if (signal == kStopped) return std::nullopt;
  if (signal != 0) return ExitStatus{.signal = signal, .code = std::nullopt};
  if ((status & 0x80) != 0) return std::nullopt;  // a core without a signal
  return ExitStatus{.signal = std::nullopt, .code = code};
}

}  // namespace headroom
