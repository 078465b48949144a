#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
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

/// A container that Docker has, whether or not it runs.
struct DockerContainer {
  std::string id;
  std::string name;  ///< empty: not known. Bytes; escape before printing.
};
/// Those that are to be started by the runtime of that name, by the files that Docker keeps below
/// `data_root` for each. What Docker itself could not read is left out; one that we may not read is
/// an error.
[[nodiscard]] Result<std::vector<DockerContainer>> ContainersOfRuntime(const std::string& data_root,
                                                                       std::string_view runtime);

}  // namespace headroom
