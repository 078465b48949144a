#include "cli/install/dockerd.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "container/engine.h"

namespace headroom {
namespace {

constexpr std::size_t kMostBytes = 4U << 20U;

/// The value of `--flag VALUE` or `--flag=VALUE`, where word number `at` is that flag.
std::optional<std::string> ValueOf(const std::vector<std::string_view>& words, std::size_t at,
                                   std::string_view flag) {
  std::string_view word = words[at];
  if (!word.starts_with(flag)) return std::nullopt;
  word.remove_prefix(flag.size());
  if (word.starts_with('=')) return std::string(word.substr(1));
  if (!word.empty() || at + 1 >= words.size()) return std::nullopt;
  return std::string(words[at + 1]);
}

/// Which PID namespace a process is in; empty: not known.
std::string PidNamespace(const HostView& host, std::string_view process) {
  std::array<char, 64> target{};
  const std::string path = fmt::format("{}/{}/ns/pid", host.proc, process);
  const ssize_t size = readlink(path.c_str(), target.data(), target.size());
  return size < 0 ? "" : std::string(target.data(), static_cast<std::size_t>(size));
}

bool IsOwnDockerd(const HostView& host, const std::string& pid) {
  const std::string path = host.proc + "/" + pid;
  const auto comm = ReadFileAt(AT_FDCWD, path + "/comm", 64);
  if (!comm || Trimmed(*comm) != "dockerd") return false;
  struct stat info{};
  return stat(path.c_str(), &info) == 0 && info.st_uid == geteuid() &&
         PidNamespace(host, pid) == PidNamespace(host, "self");
}

/// "/var/lib/docker/containers", and where user namespaces are remapped
/// "/var/lib/docker/165536.165536/containers".
std::vector<std::string> ContainerFolders(const std::string& data_root) {
  std::vector<std::string> folders{data_root + "/containers"};
  const auto fd = OpenAt(AT_FDCWD, data_root, O_RDONLY | O_DIRECTORY);
  const auto names = fd ? ListDirectory(fd->get(), data_root) : std::vector<std::string>{};
  if (!names) return folders;
  for (const std::string& name : *names) {
    const std::size_t dot = name.find('.');
    if (dot == std::string::npos) continue;
    const std::string_view text = name;
    if (ParseUint64(text.substr(0, dot)) && ParseUint64(text.substr(dot + 1))) {
      folders.push_back(data_root + "/" + name + "/containers");
    }
  }
  return folders;
}

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
    const std::string own = folder + "/" + id;
    const auto is_of = IsOfRuntime(own, runtime);
    if (!is_of) return std::unexpected(is_of.error());
    if (*is_of) found.push_back({.id = id, .name = NameOf(own)});
  }
  return {};
}

}  // namespace

DockerdFlags ParseDockerdFlags(std::string_view cmdline) {
  DockerdFlags flags;
  const auto words = Split(cmdline, '\0');
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (auto value = ValueOf(words, i, "--config-file")) flags.config_file = std::move(value);
    for (const char* name : {"--data-root", "--graph", "-g"}) {
      if (auto value = ValueOf(words, i, name)) flags.data_root = std::move(value);
    }
    if (ValueOf(words, i, "--add-runtime")) flags.add_runtime = true;
    if (ValueOf(words, i, "--default-runtime")) flags.default_runtime = true;
  }
  return flags;
}

DockerdFlags FlagsOfDockerd(const HostView& host) {
  const auto fd = OpenAt(AT_FDCWD, host.proc, O_RDONLY | O_DIRECTORY);
  const auto names = fd ? ListDirectory(fd->get(), host.proc) : std::vector<std::string>{};
  if (!names) return {};
  for (const std::string& pid : *names) {
    if (!ParseUint64(pid) || !IsOwnDockerd(host, pid)) continue;
    const auto cmdline = ReadFileAt(AT_FDCWD, host.proc + "/" + pid + "/cmdline", kMostBytes);
    if (cmdline) return ParseDockerdFlags(*cmdline);
  }
  return {};
}

Result<std::vector<DockerContainer>> ContainersOfRuntime(const std::string& data_root,
                                                         std::string_view runtime) {
  std::vector<DockerContainer> found;
  for (const std::string& folder : ContainerFolders(data_root)) {
    if (auto added = AddContainers(folder, runtime, found); !added) {
      return std::unexpected(added.error());
    }
  }
  return found;
}

}  // namespace headroom
