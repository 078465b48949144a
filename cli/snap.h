#pragma once

#include <string>

#include "cli/environment.h"

namespace headroom {

/// `headroom snap CONTAINER`: the bundle of a container that lives, and its verdict.
struct SnapOptions {
  std::string container;
  std::string out;  ///< a new directory, a pack, or "-" for a pack on standard output; empty: into
                    ///< the store
  bool json = false;
};
[[nodiscard]] int Snap(const Environment& environment, const SnapOptions& options);

}  // namespace headroom
