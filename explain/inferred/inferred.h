#pragma once

#include <string_view>

#include "explain/inferred/sources.h"
#include "explain/verdict.h"

namespace headroom {

/// What is left to say of container `id` where no bundle tells: from the kernel's log, the journal
/// and the engine's files, each cited. Confidence `inferred` at most, and no cause where only an
/// exit status or an engine's flag speaks of one. The bundle is empty. Pure.
[[nodiscard]] Verdict ExplainInferred(const InferredSources& sources, std::string_view id);

/// What the kernel's logs say of a container whose end is known from elsewhere (`sources.ended`),
/// to be added to that verdict: a kill of it, that there is none, or how far back they reach.
/// Empty: no log could be read.
[[nodiscard]] std::vector<Statement> LogStatements(const InferredSources& sources,
                                                   std::string_view id);

}  // namespace headroom
