#include "explain/inferred/cgroup_name.h"

#include <algorithm>
#include <array>

namespace headroom {
namespace {

constexpr std::size_t kFullId = 64;
constexpr std::size_t kShortestPrefix = 6;

bool IsHex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool IsFullId(std::string_view text) { return text.size() == kFullId && IsHex(text); }

/// Calls `fits(component, path down to it)` from the top until it gives true or a component is a
/// container's, which is looked at as the last.
template <typename Fits>
bool FindFromTop(std::string_view cgroup, Fits fits) {
  std::size_t end = 0;
  while (end < cgroup.size()) {
    const std::size_t begin = end + 1;
    end = std::min(cgroup.find('/', begin), cgroup.size());
    const std::string_view component = cgroup.substr(begin, end - begin);
    if (fits(component, cgroup.substr(0, end))) return true;
    if (!ContainerInComponent(component).empty()) return false;
  }
  return false;
}

}  // namespace

std::string_view ContainerInComponent(std::string_view component) {
  constexpr std::array<std::string_view, 8> kPrefixes = {
      "docker-", "libpod-payload-", "libpod-", "cri-containerd-",
      "crio-",   "crun-",           "runc-",   "lxc.payload."};
  constexpr std::string_view kScope = ".scope";
  for (const std::string_view prefix : kPrefixes) {
    if (!component.starts_with(prefix)) continue;
    component.remove_prefix(prefix.size());
    if (component.ends_with(kScope)) component.remove_suffix(kScope.size());
    return component.starts_with("conmon-") ? std::string_view{} : component;
  }
  return IsFullId(component) ? component : std::string_view{};
}

std::optional<std::string> CgroupNamedAfter(std::string_view cgroup, std::string_view id) {
  if (id.empty() || !cgroup.starts_with('/')) return std::nullopt;
  std::optional<std::string> found;
  (void)FindFromTop(cgroup, [&](std::string_view component, std::string_view path) {
    if (component != id && ContainerInComponent(component) != id) return false;
    found = path;
    return true;
  });
  return found;
}

bool IsInContainer(std::string_view cgroup) {
  while (!cgroup.empty()) {
    const std::size_t slash = cgroup.rfind('/');
    if (slash == std::string_view::npos) break;
    if (!ContainerInComponent(cgroup.substr(slash + 1)).empty()) return true;
    cgroup = cgroup.substr(0, slash);
  }
  return false;
}

bool IsNamedInside(std::string_view cgroup, std::string_view id) {
  if (!IsInContainer(cgroup) || CgroupNamedAfter(cgroup, id)) return false;
  for (std::size_t begin = 0; begin < cgroup.size();) {
    const std::size_t end = std::min(cgroup.find('/', begin), cgroup.size());
    if (ContainerInComponent(cgroup.substr(begin, end - begin)) == id && !id.empty()) return true;
    begin = end + 1;
  }
  return false;
}

std::optional<std::string> FullIdIn(std::string_view cgroup, std::string_view prefix) {
  if (prefix.size() < kShortestPrefix || !IsHex(prefix) || !cgroup.starts_with('/')) {
    return std::nullopt;
  }
  std::optional<std::string> found;
  (void)FindFromTop(cgroup, [&](std::string_view component, std::string_view) {
    const std::string_view name = ContainerInComponent(component);
    if (!IsFullId(name) || !name.starts_with(prefix)) return false;
    found = name;
    return true;
  });
  return found;
}

}  // namespace headroom
