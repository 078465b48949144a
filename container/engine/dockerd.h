#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/host_view.h"

namespace headroom {

/// What dockerd was told on its command line, as far as it matters beside daemon.json: it refuses
/// to start where a setting stands in both.
struct DockerdFlags {
  std::optional<std::string> config_file;
  std::optional<std::string> data_root;
  bool add_runtime = false;
  bool default_runtime = false;
};
/// Of the text of /proc/PID/cmdline. Pure.
[[nodiscard]] DockerdFlags ParseDockerdFlags(std::string_view cmdline);

/// Of this user's dockerd that runs here, not within a container. All absent where none does.
[[nodiscard]] DockerdFlags FlagsOfDockerd(const HostView& host);

/// Where Docker's files may be.
struct DockerPlaces {
  std::string config = "/etc/docker/daemon.json";
  std::string root = "/var/lib/docker";  ///< where neither a flag nor `config` says another
};

/// The folder that holds one for each container below a data root: "ROOT/containers", and where
/// user namespaces are remapped "ROOT/165536.165536/containers" too. The first need not be there.
[[nodiscard]] std::vector<std::string> DockerContainerFolders(const std::string& data_root);

/// The data root of this host's Docker: dockerd's flag, else the file's "data-root" (of old
/// "graph"), else `places.root`. What cannot be read or is no configuration says nothing. Looks at
/// all processes.
[[nodiscard]] std::string DockerDataRoot(const HostView& host, const DockerPlaces& places);

/// The folder of that container ("ROOT/containers/ID"); nullopt where there is none. Looks below
/// `places.root` first, and asks DockerDataRoot() only where it is not there. `id` must be plain.
[[nodiscard]] std::optional<std::string> FindDockerContainer(const HostView& host,
                                                             const DockerPlaces& places,
                                                             std::string_view id);

}  // namespace headroom
