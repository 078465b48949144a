#pragma once

#include <sys/types.h>

#include "base/clock.h"
#include "base/result.h"
#include "evidence/snapshot.h"
#include "kernel/host_view.h"

namespace headroom {

/// What lies on the container's /dev/shm, most allocated first, at most 64 files.
///
/// Looked at through the root of `pid`, resolved with openat2(RESOLVE_IN_ROOT and
/// RESOLVE_NO_MAGICLINKS): a symbolic link of the container's cannot lead outside. Bounded in
/// entries, depth and time. kNotFound: no /dev/shm there, or it is no tmpfs. kGone: no such
/// process.
[[nodiscard]] Result<ShmListing> ListShmFiles(const HostView& host, pid_t pid, BootTime deadline);

}  // namespace headroom
