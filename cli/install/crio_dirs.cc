#include "cli/install/crio_dirs.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <optional>

#include "base/file.h"
#include "base/text.h"
#include "container/engine/flag_value.h"
#include "fix/register/crio_config.h"
#include "kernel/proc/process.h"
#include "kernel/proc/processes_named.h"

namespace headroom {
namespace {

constexpr std::size_t kMostBytes = 1U << 20U;

/// What a crio that runs was told.
struct CrioFlags {
  std::optional<std::string> config;
  std::optional<std::string> drop_ins;
  std::vector<std::string> hooks_dirs;
};

CrioFlags ParseFlags(std::string_view cmdline) {
  CrioFlags flags;
  const auto words = Split(cmdline, '\0');
  for (std::size_t i = 1; i < words.size(); ++i) {
    for (const char* name : {"--config", "-c"}) {
      if (auto value = FlagValue(words, i, name)) flags.config = std::move(value);
    }
    for (const char* name : {"--config-dir", "-d"}) {
      if (auto value = FlagValue(words, i, name)) flags.drop_ins = std::move(value);
    }
    const auto dirs = FlagValue(words, i, "--hooks-dir");
    if (!dirs) continue;
    for (const std::string_view dir : Split(*dirs, ',')) flags.hooks_dirs.emplace_back(dir);
  }
  return flags;
}

CrioFlags FlagsOfCrio(const HostView& host) {
  for (const pid_t pid : ProcessesNamed(host, "crio")) {
    const auto cmdline = ReadProcessFile(host, pid, "cmdline", kMostBytes);
    if (cmdline) return ParseFlags(*cmdline);
  }
  return {};
}

/// The files in the order in which they count. One of a folder that is not there is none.
Result<std::vector<std::string>> ConfigFiles(const std::string& config,
                                             const std::string& drop_ins) {
  std::vector<std::string> files{config};
  const auto fd = OpenAt(AT_FDCWD, drop_ins, O_RDONLY | O_DIRECTORY);
  if (!fd && fd.error().code == ErrorCode::kNotFound) return files;
  if (!fd) return std::unexpected(fd.error());
  const auto names = ListDirectory(fd->get(), drop_ins);
  if (!names) return std::unexpected(names.error());
  for (const std::string& name : *names) files.push_back(fmt::format("{}/{}", drop_ins, name));
  return files;
}

}  // namespace

Result<std::vector<std::string>> HooksDirsOfCrio(const Environment& environment) {
  const EngineHost& engines = environment.engines;
  CrioFlags flags = FlagsOfCrio(environment.host);
  if (!flags.hooks_dirs.empty()) return std::move(flags.hooks_dirs);
  const auto files = ConfigFiles(flags.config.value_or(engines.crio_config),
                                 flags.drop_ins.value_or(engines.crio_drop_ins));
  if (!files) return std::unexpected(files.error());
  std::vector<std::string> dirs{engines.usual_hooks_dirs.front()};
  std::string said_by;
  for (const std::string& file : *files) {
    const auto text = ReadFileAt(AT_FDCWD, file, kMostBytes);
    if (!text && text.error().code == ErrorCode::kNotFound) continue;
    auto said = text ? CrioHooksDirs(*text, file) : std::unexpected(text.error());
    if (!said) return std::unexpected(said.error());
    if (!*said) continue;
    dirs = *std::move(*said);
    said_by = file;
  }
  if (!dirs.empty()) return dirs;
  return MakeError(ErrorCode::kDenied, said_by,
                   "has an empty hooks_dir, so that CRI-O reads no hook; name a directory there, "
                   "for example hooks_dir = [\"/usr/share/containers/oci/hooks.d\"]");
}

}  // namespace headroom
