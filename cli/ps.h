#pragma once

#include "cli/environment.h"

namespace headroom {

/// `headroom ps`: every enrolled container, whether it is watched, and its last incident; and every
/// one that runs and is not, with the reason.
struct PsOptions {
  bool json = false;
};
[[nodiscard]] int Ps(const Environment& environment, const PsOptions& options);

}  // namespace headroom
