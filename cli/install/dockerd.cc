#include "cli/install/dockerd.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/json.h"
#include "container/engine/dockerd.h"
#include "container/engine/engine.h"

namespace headroom {
namespace {

constexpr std::size_t kMostBytes = 4U << 20U;

/// Whether something is so of a container, by its hostconfig.json.
using Holds = std::function<bool(const nlohmann::json& host_config, const std::string& path)>;

/// False for what Docker could not read either.
Result<bool> IsSo(const std::string& folder, const Holds& holds) {
  const std::string path = folder + "/hostconfig.json";
  const auto text = ReadFileAt(AT_FDCWD, path, kMostBytes);
  if (!text && (text.error().code == ErrorCode::kNotFound || text.error().errno_value == ENOTDIR)) {
    return false;
  }
  if (!text) return std::unexpected(text.error());
  const auto document = ParseJsonObject(*text, path);
  return document && holds(*document, path);
}

bool IsOfRuntime(const nlohmann::json& config, const std::string& path, std::string_view runtime) {
  const auto name = OptionalString(config, "Runtime", path);
  return name && *name == runtime;
}

/// "DeviceRequests": [{"Driver": "cdi", "DeviceIDs": ["vendor/class=name"]}].
bool AsksForDevice(const nlohmann::json& config, const std::string& path, std::string_view kind) {
  const auto requests = OptionalArray(config, "DeviceRequests", path);
  if (!requests || *requests == nullptr) return false;
  for (const nlohmann::json& request : **requests) {
    if (!request.is_object()) continue;
    const auto ids = OptionalArray(request, "DeviceIDs", path);
    if (!ids || *ids == nullptr) continue;
    for (const nlohmann::json& id : **ids) {
      if (id.is_string() && id.get_ref<const std::string&>().starts_with(fmt::format("{}=", kind)))
        return true;
    }
  }
  return false;
}

std::string NameOf(const std::string& folder) {
  const std::string path = folder + "/config.v2.json";
  const auto text = ReadFileAt(AT_FDCWD, path, kMostBytes);
  const auto names = text ? ParseDockerNames(*text, path) : std::unexpected(text.error());
  return names ? names->name : "";
}

Status AddContainers(const std::string& folder, const Holds& holds,
                     std::vector<DockerContainer>& found) {
  const auto fd = OpenAt(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY);
  if (!fd && fd.error().code == ErrorCode::kNotFound) return {};
  if (!fd) return std::unexpected(fd.error());
  const auto ids = ListDirectory(fd->get(), folder);
  if (!ids) return std::unexpected(ids.error());
  for (const std::string& id : *ids) {
    const std::string own = fmt::format("{}/{}", folder, id);
    const auto is_of = IsSo(own, holds);
    if (!is_of) return std::unexpected(is_of.error());
    if (*is_of) found.push_back({.id = id, .name = NameOf(own)});
  }
  return {};
}

Result<std::vector<DockerContainer>> ContainersThat(const std::string& data_root,
                                                    const Holds& holds) {
  std::vector<DockerContainer> found;
  for (const std::string& folder : DockerContainerFolders(data_root)) {
    if (auto added = AddContainers(folder, holds, found); !added) {
      return std::unexpected(added.error());
    }
  }
  return found;
}

}  // namespace

Result<std::vector<DockerContainer>> ContainersOfRuntime(const std::string& data_root,
                                                         std::string_view runtime) {
  return ContainersThat(data_root, [&](const nlohmann::json& config, const std::string& path) {
    return IsOfRuntime(config, path, runtime);
  });
}

Result<std::vector<DockerContainer>> DockerContainersWithDevice(const std::string& data_root,
                                                                std::string_view kind) {
  return ContainersThat(data_root, [&](const nlohmann::json& config, const std::string& path) {
    return AsksForDevice(config, path, kind);
  });
}

}  // namespace headroom
