#include "kernel/cgroup/memory_hierarchy.h"

#include <fcntl.h>

#include <algorithm>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "kernel/cgroup/cgroup_dir.h"

namespace headroom {
namespace {

constexpr std::size_t kLargestMounts = std::size_t{4} << 20U;

bool HasOption(std::string_view options, std::string_view name) {
  const auto all = Split(options, ',');
  return std::ranges::find(all, name) != all.end();
}

}  // namespace

std::string MountOfV1(std::string_view mounts, std::string_view controller) {
  while (const auto line = TakeLine(mounts)) {
    const auto fields = Split(*line, ' ');
    if (fields.size() < 4 || fields[2] != "cgroup" || !HasOption(fields[3], controller)) continue;
    // A place with a blank in it is written with escapes; nobody mounts it there.
    if (fields[1].starts_with('/') && fields[1].find('\\') == std::string_view::npos) {
      return std::string(fields[1]);
    }
  }
  return {};
}

std::string MountOfMemoryV1(std::string_view mounts) { return MountOfV1(mounts, "memory"); }

HostView OnMemoryHierarchy(HostView host) {
  if (DetectCgroupVersion(host) != CgroupVersion::kV1) return host;
  const auto mounts = ReadFileAt(AT_FDCWD, host.proc + "/mounts", kLargestMounts);
  std::string mount = mounts ? MountOfMemoryV1(*mounts) : std::string();
  host.cgroup_root = mount.empty() ? host.cgroup_root + "/memory" : std::move(mount);
  return host;
}

}  // namespace headroom
