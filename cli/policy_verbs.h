#pragma once

#include <string>

#include "cli/environment.h"

namespace headroom {

/// The verbs behind `headroom policy`. All end with a JudgeStatus and write nothing.

/// `policy lint [PATH]`: everything to mend in a policy file, or in a folder of them; empty: this
/// machine's. Findings are errors; warnings alone are clean.
[[nodiscard]] int PolicyLint(const Environment& environment, const std::string& path);

/// `policy explain [CONTAINER]`: each rule's action and parameters, and who said so: for all
/// containers, or as it was decided when that one started. A container that has no such record
/// (not enrolled, or by an older version) is judged anew.
struct PolicyExplainOptions {
  std::string container;  ///< empty: what holds for every container
  bool json = false;
};
[[nodiscard]] int PolicyExplain(const Environment& environment,
                                const PolicyExplainOptions& options);

/// `policy try FILE`: what that policy would do to every container that runs, were it started now,
/// and what is different from this machine's policy. kFindings: it would deny one of them.
struct PolicyTryOptions {
  std::string policy;  ///< a file, or a folder
  bool json = false;
};
[[nodiscard]] int PolicyTry(const Environment& environment, const PolicyTryOptions& options);

/// `policy reference`: docs/policy-reference.md, of the rules of this build.
[[nodiscard]] int PolicyReference(const Environment& environment);

}  // namespace headroom
