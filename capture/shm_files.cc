#include "capture/shm_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "base/file.h"
#include "capture/tmpfs_root.h"
#include "capture/tmpfs_walk.h"
#include "kernel/mount/mountinfo.h"

namespace headroom {
namespace {

constexpr std::size_t kMostMounts = 32;
constexpr const char* kShm = "/dev/shm";

/// The one magic link that is followed: the root of a process that we chose ourselves.
Result<UniqueFd> OpenRootOf(const HostView& host, pid_t pid) {
  return OpenAt(AT_FDCWD, fmt::format("{}/{}/root", host.proc, pid), O_PATH | O_DIRECTORY);
}

/// Those to look at: each file system once, /dev/shm not, as it has a record of its own.
std::vector<const Mount*> TmpfsAmong(const std::vector<Mount>& mounts) {
  std::vector<const Mount*> found;
  std::set<dev_t> seen;
  if (const Mount* shm = FindMount(mounts, "/dev/shm")) seen.insert(shm->device);
  for (const Mount& mount : mounts) {
    if (mount.type == "tmpfs" && seen.insert(mount.device).second) found.push_back(&mount);
  }
  return found;
}

/// The file systems of our own mounts: /proc names them, and none of them is asked anything.
std::set<dev_t> OwnDevices(const HostView& host) {
  std::set<dev_t> devices;
  const auto mounts = ReadMountinfo(host, getpid());
  if (!mounts) return devices;
  for (const Mount& mount : *mounts) devices.insert(mount.device);
  return devices;
}

/// A mount that is to be looked at, and the way to it.
struct Reached {
  const Mount* mount = nullptr;
  Result<HeldPlace> place;
};

/// `mounts`: as read since the place is held.
Result<ShmListing> ListMount(const Reached& reached, const std::vector<Mount>& mounts,
                             BootTime deadline) {
  if (!reached.place) return std::unexpected(reached.place.error());
  const std::string& path = reached.mount->mount_point;
  if (reached.place->mount != reached.mount->id) {
    return MakeError(ErrorCode::kNotFound, path, "is covered by another mount");
  }
  const auto root = OpenHeldTmpfs(*reached.place, mounts, path);
  if (!root) return std::unexpected(root.error());
  return ListTmpfs(root->get(), path, deadline);
}

Result<UniqueFd> OpenShm(const HostView& host, pid_t pid) {
  const auto root = OpenRootOf(host, pid);
  if (!root) return std::unexpected(root.error());
  const auto place = HoldPlace(host, root->get(), kShm);
  if (!place) return std::unexpected(place.error());
  const auto mounts = ReadMountinfo(host, pid);
  if (!mounts) return std::unexpected(mounts.error());
  return OpenHeldTmpfs(*place, *mounts, kShm);
}

bool IsTheHosts(int shm_fd) {
  struct stat own{};
  struct stat info{};
  return fstat(shm_fd, &info) == 0 && stat(kShm, &own) == 0 && own.st_dev == info.st_dev;
}

}  // namespace

Result<ShmListing> ListShmFiles(const HostView& host, pid_t pid, BootTime deadline) {
  const auto shm = OpenShm(host, pid);
  if (!shm) return std::unexpected(shm.error());
  auto listing = ListTmpfs(shm->get(), kShm, deadline);
  if (listing) listing->of_host = IsTheHosts(shm->get());
  return listing;
}

Result<ShmListing> ListOwnShm(const HostView& host, pid_t pid, BootTime deadline) {
  const auto shm = OpenShm(host, pid);
  if (!shm) return std::unexpected(shm.error());
  if (IsTheHosts(shm->get())) return MakeError(ErrorCode::kNotFound, kShm, "is the host's own");
  return ListTmpfs(shm->get(), kShm, deadline);
}

Result<TmpfsTable> ListTmpfsMounts(const HostView& host, pid_t pid, BootTime deadline) {
  const auto mounts = ReadMountinfo(host, pid);
  if (!mounts) return std::unexpected(mounts.error());
  const auto root = OpenRootOf(host, pid);
  if (!root) return std::unexpected(root.error());
  TmpfsTable table;
  const auto found = TmpfsAmong(*mounts);
  table.total = found.size();
  std::vector<Reached> all;
  for (const Mount* mount : found) {
    if (all.size() >= kMostMounts || NowBoot() > deadline) break;
    all.push_back({mount, HoldPlace(host, root->get(), mount->mount_point)});
  }
  const auto held = ReadMountinfo(host, pid);
  if (!held) return std::unexpected(held.error());
  const std::set<dev_t> own = OwnDevices(host);
  table.truncated = all.size() < found.size();
  for (const Reached& reached : all) {
    if (NowBoot() > deadline) {
      table.truncated = true;
      break;
    }
    auto listing = ListMount(reached, *held, deadline);
    if (listing) {
      listing->of_host = own.contains(reached.mount->device);
      table.mounts.push_back(*std::move(listing));
    } else if (listing.error().code != ErrorCode::kNotFound) {
      // Neither a single file nor covered by another: there may be something, and nobody looked.
      table.truncated = true;
    }
  }
  std::ranges::stable_sort(table.mounts, [](const ShmListing& left, const ShmListing& right) {
    return left.used.value_or(Bytes{}) > right.used.value_or(Bytes{});
  });
  return table;
}

}  // namespace headroom
