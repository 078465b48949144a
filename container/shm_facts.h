#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "container/facts.h"
#include "kernel/mount/mountinfo.h"

namespace headroom {

/// The container's root directory as an absolute path, without "." and empty components; empty
/// when neither state nor config says. crun puts it into the state, else config.json has it.
[[nodiscard]] std::string RootfsPath(const OciState& state, const OciConfig* config);

/// The mount that the container's processes will meet at /dev/shm, among the mounts of its init.
/// Before pivot_root that is `<rootfs>/dev/shm`, and a mount on /dev/shm itself is the host's;
/// after it, told by a root that differs from the `own` mounts' root, it is /dev/shm. Pure.
[[nodiscard]] const Mount* FindShmMount(const std::vector<Mount>& mounts, const std::string& rootfs,
                                        const std::vector<Mount>& own);

/// Reads mountinfo and finds it. nullopt when there is no such mount or it cannot be read.
[[nodiscard]] std::optional<ShmFacts> FindShm(const HookSurroundings& surroundings, pid_t pid,
                                              const std::string& rootfs);

}  // namespace headroom
