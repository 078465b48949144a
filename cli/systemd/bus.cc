#include "cli/systemd/bus.h"

#include <fmt/format.h>

namespace headroom {
namespace {

constexpr std::uint64_t kPatienceUs = 10'000'000;

/// PID 1's own socket, for root alone.
int OpenPrivate(sd_bus** bus) {
  int done = sd_bus_new(bus);
  if (done >= 0) done = sd_bus_set_address(*bus, "unix:path=/run/systemd/private");
  return done < 0 ? done : sd_bus_start(*bus);
}

}  // namespace

std::string BusError::Text(int failed) const {
  return error_.message != nullptr ? error_.message : fmt::format("error {}", -failed);
}

Result<Bus> OpenSystemd() {
  sd_bus* raw = nullptr;
  int opened = sd_bus_open_system(&raw);
  Bus bus(raw);
  if (opened < 0) {
    raw = nullptr;
    opened = OpenPrivate(&raw);
    bus.reset(raw);
  }
  if (opened < 0) return SystemError("systemd", "cannot be reached", -opened);
  (void)sd_bus_set_method_call_timeout(bus.get(), kPatienceUs);
  return bus;
}

}  // namespace headroom
