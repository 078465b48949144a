#pragma once

#include <sys/types.h>

#include <optional>
#include <string_view>

#include "container/container_mounts.h"
#include "container/facts.h"

namespace headroom {

/// The container's /dev/shm among its mounts; nullopt when nothing is mounted there. `config` may
/// be null: then bind_mounted is false, since only config.json tells it.
[[nodiscard]] std::optional<ShmFacts> FindShm(const HookSurroundings& surroundings, pid_t init,
                                              const ContainerMounts& mounts,
                                              std::string_view container_id,
                                              const OciConfig* config);

/// Whether config.json mounts /dev/shm from a place that is not this container's alone. Engines
/// that prepare a container's /dev/shm themselves bind it from a folder that is named after whose
/// it is: podman's .../<id>/userdata/shm, docker's .../<id>/mounts/shm, containerd's
/// .../sandboxes/<pod's id>/shm. So a bind is the container's own exactly when its id is a
/// component of the source, and a pod's, another container's or the host's otherwise. Pure.
[[nodiscard]] bool SharesShm(const OciConfig& config, std::string_view container_id);

}  // namespace headroom
