#include "cli/install/dependents.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "container/engine/engine.h"
#include "container/engine/pod_name.h"
#include "container/oci/config_text.h"
#include "container/oci/oci_config.h"
#include "fix/register/oci_hooks.h"

namespace headroom {
namespace {

using nlohmann::json;

constexpr std::size_t kMostNamed = 20;
constexpr std::size_t kMostBytes = 65536;

/// The names in a folder; none where it is not there.
Result<std::vector<std::string>> NamesIn(const std::string& folder) {
  const auto fd = OpenAt(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY);
  if (!fd && fd.error().code == ErrorCode::kNotFound) return std::vector<std::string>{};
  if (!fd) return std::unexpected(fd.error());
  return ListDirectory(fd->get(), folder);
}

/// The runtime of a task: containerd's shim for runc notes it in a file of that name, and what it
/// was asked for in another (containerd 1.6, runtime/v2/runc/util.go and container.go).
std::string RuntimeOfTask(const std::string& task) {
  if (const auto noted = ReadFileAt(AT_FDCWD, task + "/runtime", kMostBytes)) {
    if (const std::string_view path = Trimmed(*noted); !path.empty()) return std::string(path);
  }
  const std::string options = task + "/options.json";
  const auto text = ReadFileAt(AT_FDCWD, options, kMostBytes);
  const auto document = text ? ParseJsonObject(*text, options) : std::unexpected(text.error());
  if (!document) return "";
  return OptionalString(*document, "binary_name", options).value_or(std::nullopt).value_or("");
}

/// "namespace/pod"; nullopt: the task is in no pod, or does not say so.
std::optional<std::string> PodOfTask(const std::string& task) {
  const auto text = ReadConfigText(task + "/config.json");
  const auto config = text ? ParseOciConfig(*text, task) : std::unexpected(text.error());
  if (!config) return std::nullopt;
  const auto pod = PodOf("containerd", config->annotations, {});
  return pod ? std::optional(fmt::format("{}/{}", pod->name_space, pod->name)) : std::nullopt;
}

void AddOnce(Dependents& names, std::string name) {
  if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
}

/// What `docker` and `podman` take behind --device, in either spelling.
bool AsksForDevice(const json& command, std::string_view kind) {
  constexpr std::string_view kFlag = "--device=";
  return std::ranges::any_of(command, [&](const json& word) {
    if (!word.is_string()) return false;
    std::string_view text = word.get_ref<const std::string&>();
    if (text.starts_with(kFlag)) text.remove_prefix(kFlag.size());
    return text.size() > kind.size() && text.starts_with(kind) && text[kind.size()] == '=';
  });
}

std::string_view WithoutSlash(std::string_view name) {
  return name.substr(name.starts_with('/') ? 1 : 0);
}

}  // namespace

std::string CountedNames(const Dependents& names, std::string_view kind, std::string_view what) {
  std::string list;
  for (std::size_t i = 0; i < std::min(names.size(), kMostNamed); ++i) list += " " + names[i];
  const std::string more =
      names.size() <= kMostNamed ? "" : fmt::format(" (and {} more)", names.size() - kMostNamed);
  return fmt::format("has {} {}{} {}:{}{}", names.size(), kind, names.size() == 1 ? "" : "s", what,
                     list, more);
}

Result<ContainerdTasks> TasksOfHeadroom(const EngineHost& host) {
  ContainerdTasks tasks;
  const auto spaces = NamesIn(host.containerd_tasks);
  if (!spaces) return std::unexpected(spaces.error());
  for (const std::string& space : *spaces) {
    if (space == "moby") continue;  // Docker's, which it tells itself
    const std::string folder = fmt::format("{}/{}", host.containerd_tasks, space);
    const auto ids = NamesIn(folder);
    if (!ids) return std::unexpected(ids.error());
    for (const std::string& id : *ids) {
      const std::string task = fmt::format("{}/{}", folder, id);
      if (LeafOf(RuntimeOfTask(task)) != LeafOf(host.runtime)) continue;
      auto pod = space == "k8s.io" ? PodOfTask(task) : std::nullopt;
      if (pod) {
        AddOnce(tasks.pods, *std::move(pod));
      } else {
        tasks.others.push_back(fmt::format("{}/{}", space, id));
      }
    }
  }
  return tasks;
}

Result<Dependents> ContainersMadeWithDevice(std::string_view inspected, std::string_view kind,
                                            std::string_view where) {
  const auto document = ParseJson(inspected, where);
  if (!document) return std::unexpected(document.error());
  if (!document->is_array()) return Malformed(where, "is no array of containers");
  Dependents found;
  for (const json& row : *document) {
    if (!row.is_object()) return Malformed(where, "holds more than containers");
    const auto config = row.find("Config");
    if (config == row.end() || !config->is_object()) continue;
    const auto command = config->find("CreateCommand");
    if (command == config->end() || !command->is_array() || !AsksForDevice(*command, kind)) {
      continue;
    }
    const auto name = OptionalString(row, "Name", where).value_or(std::nullopt);
    const auto id = OptionalString(row, "Id", where).value_or(std::nullopt);
    found.emplace_back(name && !name->empty() ? WithoutSlash(*name) : id.value_or("?"));
  }
  return found;
}

}  // namespace headroom
