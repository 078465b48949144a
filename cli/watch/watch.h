#pragma once

#include <string>

#include "cli/environment.h"

namespace headroom {

/// `headroom watch --unit UNIT`: a service or scope of systemd's, without any container, is watched
/// from now on as containers are, until it ends; started again, it has to be watched again
/// (`headroom install systemd UNIT` sees to that).
struct WatchOptions {
  std::string unit;  ///< "web" or "web.service"
  bool json = false;
};
/// kDone: it is enrolled now; kIncomplete: the reason why not is told; kNotFound: no such unit.
[[nodiscard]] int WatchUnit(const Environment& environment, const WatchOptions& options);

}  // namespace headroom
