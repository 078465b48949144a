#pragma once

#include <span>

namespace headroom {

/// A unit of systemd's that is made for the occasion, for want of one that is installed (decision
/// 028): lines of a unit file, `Key=Value` each, as systemd-run takes them. The units of
/// packaging/systemd have the same, but for what a unit does that stays (a test holds the two
/// together). All of it is known to systemd 247 and later.
struct TransientUnit {
  const char* name;   ///< without ".service"
  const char* slice;  ///< empty: where that systemd puts it
  std::span<const char* const> properties;
};
struct TransientUnits {
  TransientUnit guardian;
  TransientUnit headroomd;
};
[[nodiscard]] TransientUnits TransientUnitsOfSystem();
/// For the systemd of an ordinary user, which has less to give.
[[nodiscard]] TransientUnits TransientUnitsOfUser();

}  // namespace headroom
