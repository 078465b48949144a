#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/environment.h"
#include "explain/inferred/engine_files.h"
#include "explain/inferred/sources.h"

namespace headroom {

/// Containers that the engines of this machine know by that name, id, service of Compose (which
/// Docker alone tells), or the beginning of one (the better fit alone, as in
/// container/engine/aliases.h). Docker's own files are read; where Podman's store has the only one
/// that fits, podman is asked, for a few seconds at the most. What became of one may be unknown, as
/// of several, and of CRI-O's, which lie in the same store: then everything about its state is
/// absent.
[[nodiscard]] std::vector<EngineState> FindInEngines(const Environment& environment,
                                                     std::string_view wanted);

/// The containers that Podman has for a service of Compose that is called so; podman is asked, as
/// nobody else tells its labels. Of one whose name or id that is nothing is said. Empty where
/// podman is not there, or does not answer.
[[nodiscard]] std::vector<ListedContainer> FindServiceInPodman(const Environment& environment,
                                                               std::string_view wanted);

}  // namespace headroom
