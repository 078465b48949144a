#include "kernel/cgroup/freezer_v1.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "base/text.h"
#include "kernel/cgroup/memory_hierarchy.h"

namespace headroom {
namespace {

constexpr std::size_t kLargestList = std::size_t{4} << 20U;
constexpr std::size_t kLongestState = 64;

}  // namespace

std::string FreezerPathV1(std::string_view lines) {
  while (const auto line = TakeLine(lines)) {
    const std::size_t first = line->find(':');
    const std::size_t second = first == std::string_view::npos ? first : line->find(':', first + 1);
    if (second == std::string_view::npos) continue;
    const auto names = Split(line->substr(first + 1, second - first - 1), ',');
    const std::string_view path = line->substr(second + 1);
    if (path.starts_with('/') && std::ranges::find(names, "freezer") != names.end()) {
      return std::string(path);
    }
  }
  return {};
}

bool IsFrozenV1(const HostView& host, pid_t pid) {
  const auto cgroups =
      ReadFileAt(AT_FDCWD, fmt::format("{}/{}/cgroup", host.proc, pid), kLargestList);
  const std::string path = cgroups ? FreezerPathV1(*cgroups) : std::string();
  const auto mounts = ReadFileAt(AT_FDCWD, host.proc + "/mounts", kLargestList);
  const std::string mount = mounts ? MountOfV1(*mounts, "freezer") : std::string();
  if (path.empty() || mount.empty()) return false;
  const auto state = ReadFileAt(AT_FDCWD, mount + path + "/freezer.state", kLongestState);
  return state && Trimmed(*state) == "FROZEN";
}

}  // namespace headroom
