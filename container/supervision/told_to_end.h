#pragma once

#include <string>

#include "base/result.h"

namespace headroom {

/// Whether somebody has told headroomd to end, and nobody has started one since: a file `stopped`
/// in the run directory. It was not killed and did not fail, so the next hook must not start
/// another one against the will of whoever stopped it. Gone with the next boot, as the run
/// directory is.
///
/// By a headroomd that was told to end, while it still holds its lock.
[[nodiscard]] Status NoteToldToEnd(const std::string& run_dir);
/// By every headroomd that starts, once it holds the lock.
void ForgetToldToEnd(const std::string& run_dir);
[[nodiscard]] bool WasToldToEnd(const std::string& run_dir);

}  // namespace headroom
