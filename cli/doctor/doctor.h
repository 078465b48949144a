#pragma once

#include "cli/doctor/facilities.h"
#include "cli/environment.h"

namespace headroom {

/// `headroom doctor`: what this host offers, whether Headroom is in order, and which settings
/// decide how it runs out of memory; of each the consequence, and what to do about it.
struct DoctorOptions {
  bool self_test = false;  ///< also kill a command of our own, and check the verdict
  bool json = false;
};
/// kDone: nothing is lacking; kIncomplete: something is, or could not be seen.
[[nodiscard]] int Doctor(const Environment& environment, const DoctorOptions& options,
                         const HostPlaces& places = {});

}  // namespace headroom
