#pragma once

#include <chrono>
#include <cstdint>
#include <utility>

namespace headroom {

/// Microseconds of real time since it was made or last asked.
class Stopwatch {
 public:
  [[nodiscard]] std::uint64_t Lap() {
    const auto now = std::chrono::steady_clock::now();
    const auto took = now - std::exchange(since_, now);
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(took).count());
  }

 private:
  std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
};

}  // namespace headroom
