#pragma once

#include <span>

namespace headroom {

/// A unit of systemd's that is made for the occasion: what systemd-run is told, `Key=Value` each.
/// The units of packaging/systemd have the same, but for what a unit does that stays (a test holds
/// the two together). All of it is known to systemd 247 and later.
struct TransientUnit {
  const char* name;
  const char* slice;
  std::span<const char* const> properties;
};
[[nodiscard]] TransientUnit TransientHeadroomd();
[[nodiscard]] TransientUnit TransientGuardian();

}  // namespace headroom
