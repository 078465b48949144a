#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/install/engine_host.h"
#include "fix/register/podman_hooks.h"

namespace headroom {

/// The hooks directories that this machine's Podman reads, in its order: as it says itself, since
/// it puts them together from several containers.conf files. Never empty. Errors say what to do.
[[nodiscard]] Result<std::vector<std::string>> HooksDirsOfPodman(const EngineHost& host);

/// Whether it is in a folder of this user's: the directory, or where it is not there what it would
/// be made in.
[[nodiscard]] bool IsInOwnFolder(std::string dir);

/// Which of them a hook is written to: of the same name in several Podman takes the last. An
/// ordinary user's is the last that is in a folder of their own; kDenied says how to have one.
[[nodiscard]] Result<std::string> HooksDirToWrite(const std::vector<std::string>& dirs, bool root);

/// A hook in one of those directories.
struct HookInPlace {
  std::string path;
  std::string name;
  PodmanHook hook;
};
/// All that Podman would read there, in the order of the directories and of their names. What is no
/// hook, or cannot be read, is left out; a directory that is not there has none.
[[nodiscard]] std::vector<HookInPlace> HooksIn(const std::vector<std::string>& dirs);

}  // namespace headroom
