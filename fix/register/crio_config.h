#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace headroom {

/// hooks_dir of one of CRI-O's configuration files (crio.conf(5)). nullopt: that file does not say;
/// empty: no hook is read. kMalformed, with `where` and the place, for text that is no TOML, or no
/// list of absolute paths there. Pure.
[[nodiscard]] Result<std::optional<std::vector<std::string>>> CrioHooksDirs(std::string_view text,
                                                                            std::string_view where);

}  // namespace headroom
