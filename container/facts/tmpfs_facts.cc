#include "container/facts/tmpfs_facts.h"

#include <algorithm>

#include "base/text.h"

namespace headroom {
namespace {

bool HasWord(std::string_view options, std::string_view word) {
  const auto words = Split(options, ',');
  return std::ranges::find(words, word) != words.end();
}

/// A whole file system, not a part of one that is bound elsewhere: runc hides files of /proc behind
/// the device /dev/null, which lies on the container's tmpfs on /dev.
bool IsOwnTmpfs(const ContainerMounts& mounts, const Mount& mount) {
  return mount.type == "tmpfs" && mount.root == "/" && !mounts.IsHosts(mount.device);
}

}  // namespace

std::vector<TmpfsFacts> FindTmpfs(const ContainerMounts& mounts) {
  std::vector<TmpfsFacts> found;
  const Mount* shm = mounts.At("/dev/shm");
  for (const Mount& mount : mounts.mounts) {
    if (!IsOwnTmpfs(mounts, mount)) continue;
    if (shm != nullptr && mount.device == shm->device) continue;
    const auto same = [&](const TmpfsFacts& other) { return other.device == mount.device; };
    if (std::ranges::any_of(found, same)) continue;
    // Under another mount on the same place it can no longer be reached.
    if (FindMount(mounts.mounts, mount.mount_point) != &mount) continue;
    found.push_back({.destination = mounts.DestinationOf(mount),
                     .mount_point = mount.mount_point,
                     .device = mount.device,
                     .read_only = HasWord(mount.mount_options, "ro"),
                     .size = TmpfsSize(mount)});
  }
  return found;
}

}  // namespace headroom
