#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "evidence/shared_memory.h"

namespace headroom {

/// The files below one directory.
struct WalkedFiles {
  std::vector<ShmFile> files;  ///< most allocated first, at most 64, and 8 KiB of paths
  std::size_t total = 0;       ///< that were seen
  bool truncated = false;      ///< some were left out: too many, too deep, or out of time
};

/// Looks through a directory that a container may have filled as it likes, and what is below, on
/// the same file system. Files are only looked at, never opened (a FIFO would block); symbolic
/// links are not followed, and other mounts not entered or asked anything: one of FUSE would let
/// the container decide when we get an answer. Bounded in entries (4096), depth (8) and time.
/// Borrows `dir_fd`. Any thread.
[[nodiscard]] WalkedFiles WalkFiles(int dir_fd, const std::string& path, BootTime deadline);

/// The same of a mounted tmpfs whose root is open, with its size. kNotFound: it is no tmpfs.
[[nodiscard]] Result<ShmListing> ListTmpfs(int dir_fd, const std::string& mount_point,
                                           BootTime deadline);

}  // namespace headroom
