#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "kernel/host_view.h"
#include "kernel/mount/mountinfo.h"

namespace headroom {

/// A directory that is held without having been opened (O_PATH): its file system was not asked
/// anything yet.
struct HeldPlace {
  UniqueFd fd;
  unsigned mount = 0;  ///< the id of the mount it is on, which is nobody else's while it is held
};

/// The way to `path` (absolute) below `root_fd`, only as far as it is in the kernel's cache
/// (RESOLVE_CACHED, Linux 5.12), free of symbolic links and never outside: so no file system that
/// a container has mounted can make us wait. kNotFound: nothing there, a symbolic link or a single
/// file; kSystem: among others, a way that is not in the cache. Any thread.
[[nodiscard]] Result<HeldPlace> HoldPlace(const HostView& host, int root_fd,
                                          const std::string& path);

/// Opens it for reading, once `mounts`, read while it was held, shows it to be a tmpfs: an id could
/// have changed hands before. kNotFound: it is none.
[[nodiscard]] Result<UniqueFd> OpenHeldTmpfs(const HeldPlace& place,
                                             const std::vector<Mount>& mounts,
                                             const std::string& path);

}  // namespace headroom
