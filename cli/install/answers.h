#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "cli/environment.h"
#include "cli/install/target_file.h"
#include "cli/install/verbs.h"
#include "fix/register/oci_hooks.h"

namespace headroom {

/// What the verbs `install` and `uninstall` have in common.

/// The one line of an error; kIncomplete.
int FailToInstall(const Environment& environment, const Error& error);

/// Where only root may: kDone for root and for a dry run, else the line and kIncomplete. `why` ends
/// "... takes root: it ".
[[nodiscard]] int RefuseUnlessRoot(const Environment& environment, DryRun dry_run,
                                   std::string_view verb, std::string_view why);

[[nodiscard]] Access AccessFor(DryRun dry_run);

/// How an engine is told to call the hook.
[[nodiscard]] HookCall CallOf(const Environment& environment);

/// Writes `after` in the place of what is there, or says what would be written, with a line of what
/// was done and where the backup is.
[[nodiscard]] Status WriteOrShow(const Environment& environment, TargetFile& target,
                                 std::string_view after, DryRun dry_run);

/// Whether that text, registered, is what is there now.
using Becomes = std::function<bool(std::optional<std::string_view> before)>;

/// Undoes what install did: where nobody changed the file since, the very file that was kept, or
/// none where there was none; else `without`, the text without what is ours.
[[nodiscard]] Status UndoOrShow(const Environment& environment, TargetFile& target,
                                const Becomes& becomes, std::string_view without, DryRun dry_run);

}  // namespace headroom
