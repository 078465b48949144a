#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/environment.h"

namespace headroom {

/// The hooks directories that this machine's CRI-O reads, in its order, the last one winning: by
/// the flags of a crio that runs, else crio.conf and the files behind it in crio.conf.d, else its
/// own default. Never empty. Errors say what to do. Looks at all processes.
[[nodiscard]] Result<std::vector<std::string>> HooksDirsOfCrio(const Environment& environment);

}  // namespace headroom
