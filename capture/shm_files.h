#pragma once

#include <sys/types.h>

#include "base/clock.h"
#include "base/result.h"
#include "evidence/shared_memory.h"
#include "kernel/host_view.h"

namespace headroom {

/// What lies on the container's /dev/shm, most allocated first, at most 64 files.
///
/// Looked at through the root of `pid`, and opened only when it is proven to be a tmpfs: nothing on
/// the way there can make us wait (capture/tmpfs_root.h), and no symbolic link is followed. Bounded
/// in entries, depth and time. In a worker all the same: the tables are the kernel's to lock.
/// The host's own is listed too, and marked (`of_host`). kNotFound: no tmpfs there. kGone: no such
/// process.
[[nodiscard]] Result<ShmListing> ListShmFiles(const HostView& host, pid_t pid, BootTime deadline);

/// The same, but kNotFound also when it is the host's own: of a container whose mounts are not made
/// yet, or of one that shares it.
[[nodiscard]] Result<ShmListing> ListOwnShm(const HostView& host, pid_t pid, BootTime deadline);

/// Every other tmpfs in the mount namespace of `pid`, most used first: at most 32, each once
/// however often it is mounted. A mount point is opened only where the way to it is in the kernel's
/// cache already and ends on the very mount that mountinfo named (capture/tmpfs_root.h): what is
/// covered by another mount is left out and not asked anything, as is a single file. One that could
/// not be reached makes it `truncated`. Those that we have mounted too are marked (`of_host`).
/// kGone: no such process.
[[nodiscard]] Result<TmpfsTable> ListTmpfsMounts(const HostView& host, pid_t pid,
                                                 BootTime deadline);

}  // namespace headroom
