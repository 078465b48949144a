#pragma once

#include "cli/environment.h"

namespace headroom {

/// `headroom bundles`: every incident in the store, newest first.
struct BundlesOptions {
  bool json = false;
  std::string store;  ///< another store than the default one
};
[[nodiscard]] int Bundles(const Environment& environment, const BundlesOptions& options);

}  // namespace headroom
