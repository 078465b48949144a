#pragma once

#include <string>
#include <vector>

#include "cli/containers.h"
#include "cli/environment.h"
#include "cli/why/why.h"
#include "evidence/store.h"

namespace headroom {

/// Answers about a life of a container that has no bundle; each returns how the command ends.

/// It ended, and the supervisor left a note of that. `earlier` are its bundles of lives before.
[[nodiscard]] int TellEnded(const Environment& environment, const WhyOptions& options,
                            const KnownContainer& container,
                            const std::vector<BundleEntry>& earlier);
[[nodiscard]] int TellRunning(const Environment& environment, const WhyOptions& options,
                              const KnownContainer& container);
/// Its init is dead, and the supervisor has neither published a bundle nor said that there is
/// nothing to publish. Where no supervisor is there to do so, what the engine and the logs say is
/// told meanwhile.
[[nodiscard]] int TellUnfinished(const Environment& environment, const WhyOptions& options,
                                 const KnownContainer& container,
                                 const std::vector<BundleEntry>& earlier);

/// A sentence about a life that goes on since the newest bundle; empty: there is none.
[[nodiscard]] std::string RunningRemark(const Environment& environment,
                                        const KnownContainer& container, const BundleEntry& newest);

[[nodiscard]] bool IsOfGeneration(const BundleEntry& bundle, const std::string& generation);

}  // namespace headroom
