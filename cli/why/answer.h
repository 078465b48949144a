#pragma once

#include <string>
#include <vector>

#include "cli/environment.h"
#include "cli/why/why.h"
#include "evidence/store.h"
#include "explain/verdict.h"

namespace headroom {

/// The verdict, as people or programs asked for it; `last_line` for people alone, where not empty.
void Print(const Environment& environment, const WhyOptions& options, const Verdict& verdict,
           const std::string& last_line);

/// A verdict without a bundle: printed with `status`, unless only bundles were asked for.
[[nodiscard]] int TellUneventful(const Environment& environment, const WhyOptions& options,
                                 const Verdict& verdict, const std::string& last_line, int status);

/// Explains one bundle. `row`: all bundles of the same container, this one first; empty: not looked
/// for.
[[nodiscard]] int ExplainBundle(const Environment& environment, const WhyOptions& options,
                                const std::string& path, const std::string& last_line,
                                const std::vector<BundleEntry>& row = {});

/// Explains the first of `bundles`, which are one container's, newest first, and names the others
/// behind `remark`.
[[nodiscard]] int ExplainNewest(const Environment& environment, const WhyOptions& options,
                                const std::vector<BundleEntry>& bundles, std::string remark = "");

}  // namespace headroom
