#pragma once

#include <string_view>

#include "explain/inferred/kills_of.h"
#include "explain/inferred/sources.h"
#include "explain/verdict.h"

namespace headroom {

/// The last kill in the container's cgroup as a bundle of it would be explained, but that nothing
/// of the container was recorded: every citation is a record of the log. What became of the
/// container is in the headline. `kills.own` is not empty. Pure.
[[nodiscard]] Verdict KillVerdict(const InferredSources& sources, const KillsOf& kills,
                                  std::string_view id);

}  // namespace headroom
