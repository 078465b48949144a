#pragma once

#include <optional>
#include <vector>

#include "evidence/store.h"
#include "explain/verdict.h"

namespace headroom {

/// "the 5th in 20 min, each time limit-anon": how the newest incident of a container stands in a
/// row of them, each at most an hour behind the one before. nullopt for the first of a row.
/// `bundles` are that container's, newest first; of the others' causes summary.json is believed, of
/// the 100 newest. Its evidence is the folder of the first of the row.
[[nodiscard]] std::optional<Statement> SeriesStatement(const Verdict& newest,
                                                       const std::vector<BundleEntry>& bundles);

}  // namespace headroom
