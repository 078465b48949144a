#pragma once

#include <string>

#include "base/result.h"
#include "kernel/log/kernel_log.h"

namespace headroom {

/// Reads a whole log from `fd`, a file or a pipe, with a bounded amount of memory: of a line that
/// is longer than 256 KiB only that much counts. `where` names it in errors. kMalformed for a file
/// that is no text but would be after some command, which the error names: compressed, or a journal
/// as journald writes it.
[[nodiscard]] Result<KernelLogReport> ReadKernelLogFile(int fd, const std::string& where);

}  // namespace headroom
