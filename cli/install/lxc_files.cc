#include "cli/install/lxc_files.h"

#include <fcntl.h>

#include "base/file.h"
#include "base/text.h"
#include "container/engine/lxc.h"
#include "container/oci/config_text.h"
#include "fix/register/lxc_hooks.h"

namespace headroom {
namespace {

/// By name, those whose own configuration has something; `holds` is given its text and its path.
template <typename Holds>
std::vector<std::string> ContainersThat(const EngineHost& engines, Holds holds) {
  std::vector<std::string> found;
  const auto fd = OpenAt(AT_FDCWD, engines.lxc_path, O_RDONLY | O_DIRECTORY);
  const auto names = fd ? ListDirectory(fd->get(), engines.lxc_path) : std::vector<std::string>{};
  if (!names) return found;
  for (const std::string& name : *names) {
    const std::string path = engines.lxc_path + "/" + name + "/config";
    const auto text = ReadConfigText(path);
    if (text && holds(*text, path)) found.push_back(name);
  }
  return found;
}

}  // namespace

std::string LxcCommonFile(const EngineHost& engines) {
  return engines.lxc_common_dir + "/50-headroom.conf";
}

Result<std::string> LxcFileFor(const EngineHost& engines, const LxcOptions& options) {
  const std::string& name = options.container;
  if (name.empty()) return LxcCommonFile(engines);
  if (name.find('/') != std::string::npos || name == "." || name == "..") {
    return MakeError(ErrorCode::kMalformed, name, "is no name of a container: lxc-ls names them");
  }
  return (options.lxc_path.empty() ? engines.lxc_path : options.lxc_path) + "/" + name + "/config";
}

std::vector<std::string> LxcContainersWithHooks(const EngineHost& engines) {
  return ContainersThat(engines, [&](std::string_view text, const std::string& path) {
    return HasAnyLxcHook(text, path, engines.hook).value_or(false);
  });
}

std::vector<std::string> LxcContainersThatInclude(const EngineHost& engines,
                                                  const std::string& file) {
  return ContainersThat(engines, [&](std::string_view text, const std::string&) {
    while (const auto line = TakeLine(text)) {
      const auto parsed = ParseLxcLine(*line);
      if (!parsed || !*parsed) continue;
      if ((*parsed)->key == "lxc.include" && (*parsed)->value == file) return true;
    }
    return false;
  });
}

}  // namespace headroom
