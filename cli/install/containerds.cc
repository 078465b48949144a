#include "cli/install/containerds.h"

#include <array>
#include <optional>

#include "base/text.h"
#include "container/engine/flag_value.h"
#include "kernel/proc/process.h"
#include "kernel/proc/processes_named.h"

namespace headroom {
namespace {

constexpr std::size_t kMostBytes = 1U << 20U;

/// Of the text of /proc/PID/cmdline.
std::optional<std::string> ConfigFlag(std::string_view cmdline) {
  const auto words = Split(cmdline, '\0');
  for (std::size_t i = 1; i < words.size(); ++i) {
    for (const char* flag : {"--config", "-config", "-c"}) {
      if (auto value = FlagValue(words, i, flag)) return value;
    }
  }
  return std::nullopt;
}

/// Where such files are made by a program; what is written there is gone at its next start.
bool IsGenerated(std::string_view path) {
  constexpr std::array<std::string_view, 4> kMade = {"/run/", "/var/run/", "/var/lib/rancher/",
                                                     "/var/lib/docker/"};
  for (const std::string_view folder : kMade) {
    if (path.starts_with(folder)) return true;
  }
  return false;
}

}  // namespace

Result<std::string> ConfigOfContainerd(const Environment& environment) {
  std::optional<std::string> generated;
  for (const pid_t pid : ProcessesNamed(environment.host, "containerd")) {
    const auto cmdline = ReadProcessFile(environment.host, pid, "cmdline", kMostBytes);
    const auto config = cmdline ? ConfigFlag(*cmdline) : std::nullopt;
    if (!config) return environment.engines.containerd_config;
    if (!IsGenerated(*config)) return *config;
    generated = config;
  }
  if (!generated) return environment.engines.containerd_config;
  return MakeError(ErrorCode::kDenied, *generated,
                   "is made anew whenever the containerd that reads it starts, expected one of "
                   "your own: put the handler into its template (k3s: config.toml.tmpl), or name "
                   "another file with --config FILE");
}

}  // namespace headroom
