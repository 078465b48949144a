#include "cli/install/cdi_dir.h"

#include <fcntl.h>

#include "base/file.h"
#include "container/oci/config_text.h"
#include "fix/register/cdi_spec.h"

namespace headroom {

std::string CdiSpecPath(const EngineHost& engines) { return engines.cdi_dir + "/headroom.json"; }

std::string OtherSpecOfOurKind(const EngineHost& engines) {
  const auto fd = OpenAt(AT_FDCWD, engines.cdi_dir, O_RDONLY | O_DIRECTORY);
  const auto names = fd ? ListDirectory(fd->get(), engines.cdi_dir) : std::vector<std::string>{};
  if (!names) return "";
  for (const std::string& name : *names) {
    const std::string path = engines.cdi_dir + "/" + name;
    if (!name.ends_with(".json") || path == CdiSpecPath(engines)) continue;
    const auto text = ReadConfigText(path);
    const auto spec = text ? ReadCdiSpec(*text, path) : std::unexpected(text.error());
    if (spec && spec->kind == kCdiKind) return path;
  }
  return "";
}

}  // namespace headroom
