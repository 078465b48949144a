#include "cli/install/podman_dirs.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/file.h"

namespace headroom {
namespace {

constexpr std::size_t kMostHookBytes = 1U << 20U;

}  // namespace

bool IsInOwnFolder(std::string dir) {
  struct stat info{};
  while (stat(dir.c_str(), &info) != 0) {
    const std::size_t slash = dir.rfind('/');
    if (errno != ENOENT || slash == std::string::npos || slash == 0) return false;
    dir.resize(slash);
  }
  return S_ISDIR(info.st_mode) && info.st_uid == geteuid();
}

Result<std::vector<std::string>> HooksDirsOfPodman(const EngineHost& host) {
  constexpr const char* kInstead = "name its hooks directory: --hooks-dir DIR";
  const auto help =
      host.podman_help ? host.podman_help() : MakeError(ErrorCode::kNotFound, "podman", "");
  if (!help && help.error().code == ErrorCode::kNotFound) {
    return MakeError(ErrorCode::kNotFound, "podman",
                     std::string("is not on this machine; if it is elsewhere, ") + kInstead);
  }
  if (!help) {
    return MakeError(help.error().code, "podman --help",
                     help.error().what + ", expected its hooks directory; " + kInstead);
  }
  auto dirs = HooksDirsInHelp(*help);
  if (!dirs) {
    return Malformed("podman --help",
                     std::string("names no hooks directory by an absolute path; ") + kInstead);
  }
  if (dirs->empty()) {
    return MakeError(ErrorCode::kDenied, "podman --help",
                     "tells that Podman reads hooks from no directory, as hooks_dir is empty in a "
                     "containers.conf file; name one there, for example "
                     "hooks_dir = [\"/usr/share/containers/oci/hooks.d\"]");
  }
  return *std::move(dirs);
}

Result<std::string> HooksDirToWrite(const std::vector<std::string>& dirs, bool root) {
  if (root) return dirs.back();
  const auto own = std::ranges::find_if(dirs.rbegin(), dirs.rend(), IsInOwnFolder);
  if (own != dirs.rend()) return *own;
  return MakeError(
      ErrorCode::kDenied, dirs.back(),
      fmt::format("is not this user's, and Podman reads hooks from no folder that is. For every "
                  "user of this machine: sudo headroom install podman. For this one alone, below "
                  "[engine] in ~/.config/containers/containers.conf: hooks_dir = [\"{}\", "
                  "\"HOME/.config/containers/oci/hooks.d\"], with HOME written out",
                  fmt::join(dirs, "\", \"")));
}

std::vector<HookInPlace> HooksIn(const std::vector<std::string>& dirs) {
  std::vector<HookInPlace> found;
  for (const std::string& dir : dirs) {
    const auto fd = OpenAt(AT_FDCWD, dir, O_RDONLY | O_DIRECTORY);
    const auto names = fd ? ListDirectory(fd->get(), dir) : std::vector<std::string>{};
    if (!names) continue;
    for (const std::string& name : *names) {
      if (!name.ends_with(".json")) continue;
      const auto text = ReadFileAt(fd->get(), name, kMostHookBytes);
      if (!text) continue;
      std::string path = fmt::format("{}/{}", dir, name);
      auto hook = ReadPodmanHook(*text, path);
      if (hook) found.push_back({.path = std::move(path), .name = name, .hook = *std::move(hook)});
    }
  }
  return found;
}

}  // namespace headroom
