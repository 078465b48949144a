#pragma once

#include <sys/types.h>

#include "base/clock.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "evidence/shared_memory.h"
#include "kernel/host_view.h"

namespace headroom {

/// What lies on the container's /dev/shm, most allocated first, at most 64 files.
///
/// Looked at through the root of `pid`, resolved with openat2(RESOLVE_IN_ROOT and
/// RESOLVE_NO_MAGICLINKS): a symbolic link of the container's cannot lead outside. Bounded in
/// entries, depth and time. kNotFound: no /dev/shm there, or it is no tmpfs. kGone: no such
/// process.
[[nodiscard]] Result<ShmListing> ListShmFiles(const HostView& host, pid_t pid, BootTime deadline);

/// The same in two steps: a descriptor that is opened while the container runs still tells of its
/// /dev/shm when the last process has ended. It keeps the files there, and their memory: it is not
/// to be held for longer than that. kNotFound also when it is the host's own: a container whose
/// mounts are not made yet, or one that shares it.
[[nodiscard]] Result<UniqueFd> OpenShm(const HostView& host, pid_t pid);
[[nodiscard]] Result<ShmListing> ListShmIn(int shm_fd, BootTime deadline);

/// Every other tmpfs in the mount namespace of `pid`, most used first: at most 32, each once
/// however often it is mounted. A mount point is taken only where the way to it is in the kernel's
/// cache already (RESOLVE_CACHED, Linux 5.12), free of symbolic links, and ends on the very file
/// system that mountinfo named: so nothing on the way can make us wait, and what is covered by
/// another mount is left out, as is a single file. One that could not be reached makes it
/// `truncated`. kGone: no such process.
[[nodiscard]] Result<TmpfsTable> ListTmpfsMounts(const HostView& host, pid_t pid,
                                                 BootTime deadline);

}  // namespace headroom
