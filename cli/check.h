#pragma once

#include <string>

#include "cli/environment.h"

namespace headroom {

/// `headroom check CONTAINER | PATH/config.json | --all`: what policy finds. Ends with a
/// JudgeStatus. Writes nothing, neither to the container nor to Headroom's own folders.
///
/// With --all a container that ends meanwhile is passed over; that one could not be judged comes
/// before what the others have.
struct CheckOptions {
  std::string subject;  ///< a container's name or id, or a config.json; empty: all
  std::string policy;   ///< a file or a folder; empty: this machine's
  bool json = false;
  bool verbose = false;  ///< also what was not judged, and why
};
[[nodiscard]] int Check(const Environment& environment, const CheckOptions& options);

}  // namespace headroom
