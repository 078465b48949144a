#include "supervisor/registry/idle_end.h"

namespace headroom {

LastLook CloseAndLook(std::optional<Doorbell>& doorbell, const RegistryDir& registry) {
  if (doorbell && !doorbell->outlives_us()) doorbell.reset();
  return IsAnythingEnrolled(registry) ? LastLook::kEnrolled : LastLook::kNothing;
}

bool IsAnythingEnrolled(const RegistryDir& registry) {
  const auto entries = registry.List();
  return !entries || !entries->empty();
}

}  // namespace headroom
