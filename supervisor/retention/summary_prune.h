#pragma once

#include <vector>

#include "base/result.h"
#include "evidence/store.h"
#include "evidence/summaries.h"

namespace headroom {

/// Removes summaries whose bundle is gone: whoever removed that died before the summary was, or did
/// it by hand. `listed` is of before the bundles were listed, so that the bundle of one which is
/// found there was published by then. In folders that could not be read nothing is gone. The
/// errors, of those that could not be removed.
[[nodiscard]] std::vector<Error> PruneSummaries(const Summaries& summaries,
                                                const Result<std::vector<BundleEntry>>& listed,
                                                const Store::Listing& bundles);

}  // namespace headroom
