#pragma once

#include <string>

#include "cli/environment.h"

namespace headroom {

/// `headroom why [CONTAINER|BUNDLE|--last]`: who killed it, at which limit, holding what.
struct WhyOptions {
  std::string subject;  ///< a container's name or id, or the path of a bundle; empty: the newest
  bool json = false;
  std::string store;  ///< another store than the default one; then nothing else is looked at
};
[[nodiscard]] int Why(const Environment& environment, const WhyOptions& options);

}  // namespace headroom
