#include "container/engine/dockerd.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "container/engine/flag_value.h"
#include "kernel/proc/process.h"
#include "kernel/proc/processes_named.h"

namespace headroom {
namespace {

constexpr std::size_t kMostBytes = 4U << 20U;

std::optional<std::string> RootInConfig(const std::string& path) {
  const auto text = ReadFileAt(AT_FDCWD, path, kMostBytes);
  const auto document = text ? ParseJsonObject(*text, path) : std::unexpected(text.error());
  if (!document) return std::nullopt;
  for (const char* key : {"data-root", "graph"}) {
    auto root = OptionalString(*document, key, path);
    if (root && *root && (*root)->starts_with('/')) return *std::move(root);
  }
  return std::nullopt;
}

std::optional<std::string> FindBelow(const std::string& root, std::string_view id) {
  for (const std::string& folder : DockerContainerFolders(root)) {
    std::string own = fmt::format("{}/{}", folder, id);
    struct stat info{};
    if (lstat(own.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) return own;
  }
  return std::nullopt;
}

}  // namespace

DockerdFlags ParseDockerdFlags(std::string_view cmdline) {
  DockerdFlags flags;
  const auto words = Split(cmdline, '\0');
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (auto value = FlagValue(words, i, "--config-file")) flags.config_file = std::move(value);
    for (const char* name : {"--data-root", "--graph", "-g"}) {
      if (auto value = FlagValue(words, i, name)) flags.data_root = std::move(value);
    }
    if (FlagValue(words, i, "--add-runtime")) flags.add_runtime = true;
    if (FlagValue(words, i, "--default-runtime")) flags.default_runtime = true;
  }
  return flags;
}

DockerdFlags FlagsOfDockerd(const HostView& host) {
  for (const pid_t pid : ProcessesNamed(host, "dockerd")) {
    const auto cmdline = ReadProcessFile(host, pid, "cmdline", kMostBytes);
    if (cmdline) return ParseDockerdFlags(*cmdline);
  }
  return {};
}

std::vector<std::string> DockerContainerFolders(const std::string& data_root) {
  std::vector<std::string> folders{data_root + "/containers"};
  const auto fd = OpenAt(AT_FDCWD, data_root, O_RDONLY | O_DIRECTORY);
  const auto names = fd ? ListDirectory(fd->get(), data_root) : std::vector<std::string>{};
  if (!names) return folders;
  for (const std::string& name : *names) {
    const std::size_t dot = name.find('.');
    if (dot == std::string::npos) continue;
    const std::string_view text = name;
    if (ParseUint64(text.substr(0, dot)) && ParseUint64(text.substr(dot + 1))) {
      folders.push_back(fmt::format("{}/{}/containers", data_root, name));
    }
  }
  return folders;
}

std::string DockerDataRoot(const HostView& host, const DockerPlaces& places) {
  const DockerdFlags flags = FlagsOfDockerd(host);
  if (flags.data_root && flags.data_root->starts_with('/')) return *flags.data_root;
  return RootInConfig(flags.config_file.value_or(places.config)).value_or(places.root);
}

std::optional<std::string> FindDockerContainer(const HostView& host, const DockerPlaces& places,
                                               std::string_view id) {
  if (auto found = FindBelow(places.root, id)) return found;
  const std::string root = DockerDataRoot(host, places);
  return root == places.root ? std::nullopt : FindBelow(root, id);
}

}  // namespace headroom
