#pragma once

#include <optional>

#include "container/enrolment/registry_dir.h"
#include "supervisor/watch/doorbell.h"

namespace headroom {

/// What a supervisor that ends when it is idle finds when it looks for the last time.
enum class LastLook {
  kNothing,   ///< nobody listens any more, and it may end
  kEnrolled,  ///< somebody has come meanwhile; `doorbell` is closed and to be opened again
};

/// Closes the doorbell, and only then looks. A hook enrols first and starts another supervisor
/// where nobody listens: so each enrolment is either seen here, or has somebody started who waits
/// for the lock of the run directory. A doorbell that outlives us is left open: whoever rings there
/// has us started again. What cannot be listed counts as enrolled.
[[nodiscard]] LastLook CloseAndLook(std::optional<Doorbell>& doorbell, const RegistryDir& registry);

/// The same without a doorbell. systemd starts no second unit of our name, so that a hook by which
/// it was asked between the last look and our end has started nobody. Who is about to give back the
/// lock asks once more.
[[nodiscard]] bool IsAnythingEnrolled(const RegistryDir& registry);

}  // namespace headroom
