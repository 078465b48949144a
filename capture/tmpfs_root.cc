#include "capture/tmpfs_root.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/file.h"
#include "capture/shared_census.h"

#ifndef RESOLVE_CACHED
#define RESOLVE_CACHED 0x20
#endif

namespace headroom {
namespace {

/// A lookup without waiting may lose a race with somebody who moves a directory elsewhere.
constexpr int kCachedTries = 3;
constexpr std::size_t kFdinfoBytes = 4096;

long OpenAt2(int dir_fd, const std::string& path, std::uint64_t flags, std::uint64_t resolve) {
  open_how how{};
  how.flags = flags | O_DIRECTORY | O_CLOEXEC;
  how.resolve = resolve;
  return syscall(SYS_openat2, dir_fd, path.c_str(), &how, sizeof how);
}

/// By the descriptor itself: statx tells the same only since Linux 5.8, and may ask a server.
std::optional<std::uint64_t> MountOf(const HostView& host, int fd) {
  const auto text =
      ReadFileAt(AT_FDCWD, fmt::format("{}/self/fdinfo/{}", host.proc, fd), kFdinfoBytes);
  return text ? ParseMountId(*text) : std::nullopt;
}

}  // namespace

Result<HeldPlace> HoldPlace(const HostView& host, int root_fd, const std::string& path) {
  const std::string below = path == "/" ? "." : path.substr(1);
  constexpr std::uint64_t kHow =
      RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS | RESOLVE_CACHED;
  long fd = -1;
  for (int tries = 0; tries < kCachedTries && fd < 0; ++tries) {
    fd = OpenAt2(root_fd, below, O_PATH, kHow);
    if (fd < 0 && errno != EAGAIN) break;
  }
  if (fd < 0 && (errno == ENOTDIR || errno == ELOOP)) {
    return MakeError(ErrorCode::kNotFound, path, "is a single file or behind a symbolic link");
  }
  if (fd < 0 && errno == ENOSYS) {
    return SystemError(path,
                       "cannot be reached inside the container without waiting: that takes the "
                       "system call openat2, which Linux has since 5.6");
  }
  if (fd < 0) return SystemError(path, "cannot be reached inside the container without waiting");
  HeldPlace place{.fd = UniqueFd(static_cast<int>(fd))};
  const auto mount = MountOf(host, place.fd.get());
  if (!mount) return MakeError(ErrorCode::kSystem, path, "is on a mount that is not known");
  place.mount = static_cast<unsigned>(*mount);
  return place;
}

Result<UniqueFd> OpenHeldTmpfs(const HeldPlace& place, const std::vector<Mount>& mounts,
                               const std::string& path) {
  const auto mount = std::ranges::find(mounts, place.mount, &Mount::id);
  if (mount == mounts.end() || mount->type != "tmpfs" || mount->mount_point != path) {
    return MakeError(ErrorCode::kNotFound, path, "is no tmpfs of its own in this container");
  }
  // "." is what is held, whatever was mounted over it since.
  const long fd = OpenAt2(place.fd.get(), ".", O_RDONLY, RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS);
  if (fd < 0) return SystemError(path, "cannot be opened inside the container");
  return UniqueFd(static_cast<int>(fd));
}

}  // namespace headroom
