#include "container/oci/asked_cgroup.h"

#include <algorithm>
#include <climits>

#include "base/text.h"
#include "container/oci/oci_config.h"

namespace headroom {
namespace {

constexpr std::string_view kSlice = ".slice";

/// A slice lies in those that its name begins with, at each dash (systemd.slice(5)). Empty: it is
/// no name of one.
std::string PathOfSlice(std::string_view name) {
  if (name.empty()) name = "system.slice";
  if (!name.ends_with(kSlice)) return {};
  name.remove_suffix(kSlice.size());
  if (name == "-") return "/";
  std::string path;
  for (std::size_t end = 0; end != std::string_view::npos;) {
    const std::size_t begin = end == 0 ? 0 : end + 1;
    end = name.find('-', begin);
    const std::string_view until = name.substr(0, end);
    if (until.size() == begin) return {};  // an empty part
    path += '/';
    path += until;
    path += kSlice;
  }
  return path;
}

/// Of "slice:prefix:name".
std::string PathOfScope(std::string_view cgroups_path) {
  const auto parts = Split(cgroups_path, ':');
  if (parts.size() != 3 || cgroups_path.find('/') != std::string_view::npos) return {};
  // runc takes it for a slice of its own.
  if (parts[2].empty() || parts[2].ends_with(kSlice)) return {};
  std::string path = PathOfSlice(parts[0]);
  if (path.empty()) return {};
  if (path != "/") path += '/';
  path += parts[1];
  path += '-';
  path += parts[2];
  return path + ".scope";
}

}  // namespace

std::string AskedCgroup(std::string_view cgroups_path) {
  if (cgroups_path.size() > PATH_MAX) return {};
  if (!cgroups_path.starts_with('/')) return PathOfScope(cgroups_path);
  const auto components = Split(cgroups_path, '/');
  if (std::ranges::find(components, "..") != components.end()) return {};
  return PlainPath(cgroups_path);
}

}  // namespace headroom
