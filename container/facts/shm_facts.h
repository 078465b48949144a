#pragma once

#include <sys/types.h>

#include <optional>
#include <string_view>

#include "container/facts/container_mounts.h"
#include "container/facts/facts.h"

namespace headroom {

/// Whose /dev/shm is looked for.
struct ShmOwner {
  pid_t init = 0;
  std::string_view id;                ///< the runtime's
  const OciConfig* config = nullptr;  ///< nullptr: it could not be read
  bool in_pod = false;                ///< what is bound there is the pod's
};

/// The container's /dev/shm among its mounts; nullopt when nothing is mounted there. It is
/// bind_mounted, and no file system of the container's alone, where it is a part of one; where the
/// host has it mounted, but for a folder that is named after the container; where config.json or a
/// pod says so.
[[nodiscard]] std::optional<ShmFacts> FindShm(const HookSurroundings& surroundings,
                                              const ContainerMounts& mounts, const ShmOwner& owner);

/// Whether that mount of the host's is one that an engine made for this container alone: the whole
/// of a file system, in a folder that is named after the container's id. Pure.
[[nodiscard]] bool IsMadeFor(std::string_view container_id, const Mount& host_mount);

/// Whether config.json mounts /dev/shm from a place that is not this container's alone. Engines
/// that prepare a container's /dev/shm themselves bind it from a folder that is named after whose
/// it is: podman's .../<id>/userdata/shm, docker's .../<id>/mounts/shm, containerd's
/// .../sandboxes/<pod's id>/shm. So a bind is the container's own exactly when its id is a
/// component of the source, and a pod's, another container's or the host's otherwise. Pure.
[[nodiscard]] bool SharesShm(const OciConfig& config, std::string_view container_id);

}  // namespace headroom
