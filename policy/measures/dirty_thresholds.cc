#include "policy/measures/dirty_thresholds.h"

namespace headroom {
namespace {

/// A number of bytes wins over a ratio: the kernel sets one to 0 when the other is written.
std::optional<BackgroundThreshold> Threshold(const std::optional<Bytes>& bytes,
                                             const std::optional<unsigned>& ratio,
                                             const std::optional<Bytes>& memory) {
  if (bytes) return BackgroundThreshold{.value = *bytes, .by_ratio = false};
  if (!ratio || !memory) return std::nullopt;
  return BackgroundThreshold{.value = Bytes{memory->value / 100 * *ratio}, .by_ratio = true};
}

}  // namespace

std::optional<BackgroundThreshold> HostBackgroundThreshold(const HostFacts& host) {
  const auto background =
      Threshold(host.dirty_background_bytes, host.dirty_background_ratio, host.memory_total);
  if (!background) return std::nullopt;
  const auto stop = Threshold(host.dirty_bytes, host.dirty_ratio, host.memory_total);
  if (!stop || background->value < stop->value) return background;
  return BackgroundThreshold{.value = Bytes{stop->value.value / 2}, .by_ratio = stop->by_ratio};
}

}  // namespace headroom
