#include "capture/shm_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <utility>
#include <vector>

#include "base/file.h"
#include "capture/tmpfs_walk.h"
#include "kernel/mount/mountinfo.h"

#ifndef RESOLVE_CACHED
#define RESOLVE_CACHED 0x20
#endif

namespace headroom {
namespace {

constexpr std::size_t kMostMounts = 32;
/// A lookup without waiting may lose a race with somebody who moves a directory elsewhere.
constexpr int kCachedTries = 3;

Result<UniqueFd> OpenInRoot(int root_fd, const std::string& path, std::uint64_t resolve) {
  open_how how{};
  how.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | resolve;
  long fd = -1;
  for (int tries = 0; tries < kCachedTries && fd < 0; ++tries) {
    fd = syscall(SYS_openat2, root_fd, path.c_str(), &how, sizeof how);
    if (fd < 0 && errno != EAGAIN) break;
  }
  if (fd < 0 && errno == ENOTDIR) return MakeError(ErrorCode::kNotFound, path, "is a single file");
  if (fd < 0) return SystemError(path, "cannot be opened inside the container");
  return UniqueFd(static_cast<int>(fd));
}

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

Result<ShmListing> ListMount(int root_fd, const Mount& mount, BootTime deadline) {
  const std::string below = mount.mount_point == "/" ? "." : mount.mount_point.substr(1);
  const auto root = OpenInRoot(root_fd, below, RESOLVE_NO_SYMLINKS | RESOLVE_CACHED);
  if (!root) return std::unexpected(root.error());
  struct stat info{};
  if (fstat(root->get(), &info) != 0) return SystemError(mount.mount_point, "cannot be examined");
  if (info.st_dev != mount.device) {
    return MakeError(ErrorCode::kNotFound, mount.mount_point, "is covered by another mount");
  }
  return ListTmpfs(root->get(), mount.mount_point, deadline);
}

Result<UniqueFd> OpenOf(const HostView& host, pid_t pid) {
  const auto root = OpenRootOf(host, pid);
  if (!root) return std::unexpected(root.error());
  return OpenInRoot(root->get(), "dev/shm", 0);
}

}  // namespace

Result<UniqueFd> OpenShm(const HostView& host, pid_t pid) {
  auto shm = OpenOf(host, pid);
  if (!shm) return shm;
  struct stat own{};
  struct stat info{};
  if (fstat(shm->get(), &info) != 0) return SystemError("/dev/shm", "cannot be examined");
  const bool is_hosts = stat("/dev/shm", &own) == 0 && own.st_dev == info.st_dev;
  if (is_hosts) return MakeError(ErrorCode::kNotFound, "/dev/shm", "is the host's own");
  return shm;
}

Result<ShmListing> ListShmFiles(const HostView& host, pid_t pid, BootTime deadline) {
  const auto shm = OpenOf(host, pid);
  if (!shm) return std::unexpected(shm.error());
  return ListShmIn(shm->get(), deadline);
}

Result<ShmListing> ListShmIn(int shm_fd, BootTime deadline) {
  return ListTmpfs(shm_fd, "/dev/shm", deadline);
}

Result<TmpfsTable> ListTmpfsMounts(const HostView& host, pid_t pid, BootTime deadline) {
  const auto mounts = ReadMountinfo(host, pid);
  if (!mounts) return std::unexpected(mounts.error());
  const auto root = OpenRootOf(host, pid);
  if (!root) return std::unexpected(root.error());
  TmpfsTable table;
  const auto found = TmpfsAmong(*mounts);
  table.total = found.size();
  for (const Mount* mount : found) {
    if (table.mounts.size() >= kMostMounts || NowBoot() > deadline) {
      table.truncated = true;
      break;
    }
    auto listing = ListMount(root->get(), *mount, deadline);
    if (listing) {
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
