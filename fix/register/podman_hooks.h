#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "fix/register/oci_hooks.h"

namespace headroom {

/// Podman's hooks directories and Headroom's files in them. Pure.

/// A file of ours in a hooks directory. Two, since each stage needs an argument of its own.
struct PodmanHookFile {
  std::string name;  ///< "headroom-create.json"
  std::string stage;
  std::string text;
};

/// In the order in which they are made: a container must not be enrolled at its start before its
/// end is told too. They are removed the other way round.
[[nodiscard]] std::vector<PodmanHookFile> PodmanHookFiles(const HookCall& call);

/// What a file of a hooks directory says, of version 1.0.0 (oci-hooks(5)).
struct PodmanHook {
  std::string program;
  std::vector<std::string> stages;

  /// Whether it calls a program of that name at `stage`; prestart does the same as createRuntime.
  [[nodiscard]] bool Calls(std::string_view of, std::string_view stage) const;
};
/// kMalformed, naming `where`, for what is no such file.
[[nodiscard]] Result<PodmanHook> ReadPodmanHook(std::string_view text, std::string_view where);

/// The hooks directories that `podman --help` names as its default: those that its containers.conf
/// files set, put together by Podman itself. In their order: a file in a later one hides one of the
/// same name in an earlier one. Empty: hooks_dir is set to no directory, and no hook is read.
/// nullopt: this is not the help of a Podman that takes hooks, or names one by no absolute path.
[[nodiscard]] std::optional<std::vector<std::string>> HooksDirsInHelp(std::string_view help);

}  // namespace headroom
