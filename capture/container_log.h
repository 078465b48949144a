#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.h"
#include "evidence/container_log.h"

namespace headroom {

/// What was read of a container's log.
struct ContainerLog {
  std::vector<ContainerLine> lines;
  bool cut = false;  ///< the log has more before, which was not read
};

/// The last lines of a container's log file, and of the one that it was rotated from ("PATH.1")
/// where it has few: at most 64 KiB of each are read, or 512 bytes a line where that is more, from
/// the end, so that a log of any size costs the same.
///
/// A file is only believed if it is a regular one of user `owner`, reached without a symbolic link
/// in its last component, with one name: it lies where root keeps it, and nobody else may point it
/// elsewhere. kDenied otherwise. One that is rotated meanwhile may give fewer lines. Blocks on the
/// disk only.
[[nodiscard]] Result<ContainerLog> ReadContainerLog(const std::string& path,
                                                    ContainerLogFormat format, uid_t owner,
                                                    const WantedLines& wanted = {});

}  // namespace headroom
