#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/environment.h"
#include "cli/install/verbs.h"

namespace headroom {

/// An engine that reads hooks from directories as oci-hooks(5) says. Two of them may read the same
/// one: then what registers the one registers the other.
struct HooksEngine {
  std::string_view name;   ///< as it is typed: "podman"
  std::string_view title;  ///< as it is written: "Podman"
  /// "changes ...", see RefuseUnlessRoot; empty: an ordinary user may register it for themselves.
  std::string_view why_root;
  /// Those that it reads, the last one winning; never empty. Errors say what to do.
  Result<std::vector<std::string>> (*dirs)(const Environment&);
};
[[nodiscard]] int InstallHooksFiles(const Environment& environment, const HooksEngine& engine,
                                    const HooksDirOptions& options);
[[nodiscard]] int UninstallHooksFiles(const Environment& environment, const HooksEngine& engine,
                                      const HooksDirOptions& options);

}  // namespace headroom
