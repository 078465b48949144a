#pragma once

#include <optional>
#include <vector>

#include "cli/containers.h"
#include "cli/environment.h"
#include "cli/why/why.h"
#include "evidence/store.h"

namespace headroom {

/// The verdict on the newest incident of these containers (none: of any) whose bundle headroomd
/// could not write yet, printed with where it is kept. nullopt, and nothing is printed: there is
/// none, or one of `bundles` (newest first) is newer.
[[nodiscard]] std::optional<int> TellUnwritten(const Environment& environment,
                                               const WhyOptions& options,
                                               const std::vector<const KnownContainer*>& containers,
                                               const std::vector<BundleEntry>& bundles);

/// The same where the store cannot be read at all: whoever is meant is enrolled still.
[[nodiscard]] std::optional<int> TellUnwrittenOfEnrolled(const Environment& environment,
                                                         const WhyOptions& options);

}  // namespace headroom
