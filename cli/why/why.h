#pragma once

#include <functional>
#include <string>

#include "cli/environment.h"
#include "evidence/evidence.h"
#include "explain/verdict.h"

namespace headroom {

/// `headroom why [CONTAINER|BUNDLE|--last]`: who killed it, at which limit, holding what.
struct WhyOptions {
  std::string subject;  ///< a container's name or id, or the path of a bundle; empty: the newest
  bool json = false;
  std::string store;  ///< another store than the default one; then nothing else is looked at
  /// What to do with the verdict of a bundle, instead of printing it; returns the exit status.
  /// Where there is no bundle to explain, one line says so then, and kNoIncident is returned.
  std::function<int(const Evidence&, const Verdict&)> present;
};
[[nodiscard]] int Why(const Environment& environment, const WhyOptions& options);

}  // namespace headroom
