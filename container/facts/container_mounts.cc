#include "container/facts/container_mounts.h"

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "base/text.h"
#include "kernel/proc/process.h"

namespace headroom {
namespace {

/// The same place without symbolic links; runtimes resolve them before they mount.
std::string Resolved(const std::string& path) {
  struct Free {
    void operator()(char* text) const { std::free(text); }
  };
  const std::unique_ptr<char, Free> text(realpath(path.c_str(), nullptr));
  return text ? text.get() : "";
}

/// The field behind the fourth blank of a line of mountinfo, still escaped.
std::string_view MountPointField(std::string_view line) {
  for (int field = 0; field < 4; ++field) {
    const std::size_t blank = line.find(' ');
    if (blank == std::string_view::npos) return {};
    line.remove_prefix(blank + 1);
  }
  return line.substr(0, line.find(' '));
}

/// Reads and parses only the mounts that may matter: a busy host has thousands.
std::vector<Mount> ReadMounts(const HostView& host, pid_t pid, const std::string& rootfs) {
  constexpr std::size_t kMaxMountinfo = std::size_t{32} << 20U;
  const auto text = ReadProcessFile(host, pid, "mountinfo", kMaxMountinfo);
  if (!text) return {};
  std::string relevant;
  std::string_view rest = *text;
  while (const auto line = TakeLine(rest)) {
    const std::string_view point = MountPointField(*line);
    if (point != "/" && point != rootfs && !point.ends_with("/dev/shm") &&
        line->find(" - tmpfs ") == std::string_view::npos) {
      continue;
    }
    relevant += *line;
    relevant += '\n';
  }
  return ParseMountinfo(relevant).value_or(std::vector<Mount>{});
}

bool IsAtOrBelow(const Mount& mount, const std::string& root) {
  return IsSameOrBelow(mount.mount_point, root);
}

bool HasRootAt(const std::vector<Mount>& mounts, const std::string& rootfs) {
  return !rootfs.empty() && std::ranges::any_of(mounts, [&](const Mount& mount) {
    return IsAtOrBelow(mount, rootfs);
  });
}

bool HasOtherRoot(const std::vector<Mount>& mounts, const std::vector<Mount>& own) {
  const Mount* theirs = FindMount(mounts, "/");
  const Mount* ours = FindMount(own, "/");
  if (theirs == nullptr || ours == nullptr) return false;
  return theirs->device != ours->device || theirs->root != ours->root;
}

std::vector<Mount> TmpfsAmong(std::vector<Mount> mounts) {
  std::erase_if(mounts, [](const Mount& mount) { return mount.type != "tmpfs"; });
  return mounts;
}

ContainerMounts BeforePivot(std::vector<Mount> mounts, std::string rootfs) {
  ContainerMounts found{.root = std::move(rootfs), .mounts = {}, .host_tmpfs = {}};
  for (Mount& mount : mounts) {
    if (IsAtOrBelow(mount, found.root)) {
      found.mounts.push_back(std::move(mount));
    } else if (mount.type == "tmpfs") {
      found.host_tmpfs.push_back(std::move(mount));
    }
  }
  return found;
}

}  // namespace

const Mount* ContainerMounts::At(std::string_view destination) const {
  return FindMount(mounts, root + std::string(destination));
}

std::string ContainerMounts::DestinationOf(const Mount& mount) const {
  const std::string below =
      mount.mount_point.substr(std::min(root.size(), mount.mount_point.size()));
  return below.empty() ? "/" : below;
}

bool ContainerMounts::IsHosts(dev_t device) const {
  return std::ranges::find(host_tmpfs, device, &Mount::device) != host_tmpfs.end();
}

std::string RootfsPath(const OciState& state, const OciConfig* config) {
  std::string root = state.root.value_or("");
  if (root.empty() && config != nullptr) root = config->root_path;
  if (root.empty()) return {};
  if (!root.starts_with('/')) {
    if (!state.bundle || !state.bundle->starts_with('/')) return {};
    root = *state.bundle + "/" + root;
  }
  return PlainPath(root);
}

std::optional<ContainerMounts> ReadContainerMounts(const HostView& host, pid_t init, pid_t self,
                                                   const std::string& rootfs) {
  auto mounts = ReadMounts(host, init, rootfs);
  if (HasRootAt(mounts, rootfs)) return BeforePivot(std::move(mounts), rootfs);
  if (!rootfs.empty()) {
    if (auto resolved = Resolved(rootfs); HasRootAt(mounts, resolved)) {
      return BeforePivot(std::move(mounts), std::move(resolved));
    }
  }
  auto own = ReadMounts(host, self, "");
  if (!HasOtherRoot(mounts, own)) return std::nullopt;
  return ContainerMounts{
      .root = "", .mounts = std::move(mounts), .host_tmpfs = TmpfsAmong(std::move(own))};
}

ContainerMounts ReadOwnMounts(const HostView& host, pid_t pid) {
  return {.root = "", .mounts = ReadMounts(host, pid, ""), .host_tmpfs = {}};
}

}  // namespace headroom
