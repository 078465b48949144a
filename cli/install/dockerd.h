#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace headroom {

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
/// The same of those that ask for a CDI device of that kind (Docker 25 and later).
[[nodiscard]] Result<std::vector<DockerContainer>> DockerContainersWithDevice(
    const std::string& data_root, std::string_view kind);

}  // namespace headroom
