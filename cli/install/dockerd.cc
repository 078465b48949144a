#include "cli/install/dockerd.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/json.h"
#include "container/dockerd.h"
#include "container/engine.h"

namespace headroom {
namespace {

constexpr std::size_t kMostBytes = 4U << 20U;

/// Whether that container is started by `runtime`. False for what Docker could not read either.
Result<bool> IsOfRuntime(const std::string& folder, std::string_view runtime) {
  const std::string path = folder + "/hostconfig.json";
  const auto text = ReadFileAt(AT_FDCWD, path, kMostBytes);
  if (!text && (text.error().code == ErrorCode::kNotFound || text.error().errno_value == ENOTDIR)) {
    return false;
  }
  if (!text) return std::unexpected(text.error());
  const auto document = ParseJsonObject(*text, path);
  if (!document) return false;
  const auto name = OptionalString(*document, "Runtime", path);
  return name && *name == runtime;
}

std::string NameOf(const std::string& folder) {
  const std::string path = folder + "/config.v2.json";
  const auto text = ReadFileAt(AT_FDCWD, path, kMostBytes);
  const auto names = text ? ParseDockerNames(*text, path) : std::unexpected(text.error());
  return names ? names->name : "";
}

Status AddContainers(const std::string& folder, std::string_view runtime,
                     std::vector<DockerContainer>& found) {
  const auto fd = OpenAt(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY);
  if (!fd && fd.error().code == ErrorCode::kNotFound) return {};
  if (!fd) return std::unexpected(fd.error());
  const auto ids = ListDirectory(fd->get(), folder);
  if (!ids) return std::unexpected(ids.error());
  for (const std::string& id : *ids) {
    const std::string own = fmt::format("{}/{}", folder, id);
    const auto is_of = IsOfRuntime(own, runtime);
    if (!is_of) return std::unexpected(is_of.error());
    if (*is_of) found.push_back({.id = id, .name = NameOf(own)});
  }
  return {};
}

}  // namespace

Result<std::vector<DockerContainer>> ContainersOfRuntime(const std::string& data_root,
                                                         std::string_view runtime) {
  std::vector<DockerContainer> found;
  for (const std::string& folder : DockerContainerFolders(data_root)) {
    if (auto added = AddContainers(folder, runtime, found); !added) {
      return std::unexpected(added.error());
    }
  }
  return found;
}

}  // namespace headroom
