#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/environment.h"
#include "cli/why/why.h"
#include "evidence/store.h"

namespace headroom {

/// A bundle of root's whose summary this user may read, as one of the group that it is for.
struct SharedBundle {
  BundleEntry bundle;        ///< with the path of the bundle itself, which is root's alone
  std::string summary_path;  ///< evidence/summaries.h
  std::string engine;        ///< empty: not known
  std::string container;     ///< as people call it; escaped
};

/// All of them, newest first. Empty for root, who reads the bundles themselves, and for whom the
/// summaries are not for.
[[nodiscard]] std::vector<SharedBundle> SharedBundles(const Environment& environment);

/// `headroom why` from those summaries: prints the verdict of the newest that is meant, and where
/// the bundle is that only root may read. nullopt: there is none, and nothing was printed.
[[nodiscard]] std::optional<int> WhyFromSummaries(const Environment& environment,
                                                  const WhyOptions& options);

}  // namespace headroom
