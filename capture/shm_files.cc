#include "capture/shm_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/file.h"

namespace headroom {
namespace {

constexpr std::size_t kMostEntries = 4096;
constexpr std::size_t kMostListed = 64;
constexpr int kDeepest = 8;

struct Walk {
  BootTime deadline;
  dev_t device = 0;
  std::vector<ShmFile> files;
  std::size_t seen = 0;
  bool truncated = false;

  [[nodiscard]] bool Exhausted() {
    if (++seen > kMostEntries || NowBoot() > deadline) truncated = true;
    return truncated;
  }
};

Result<UniqueFd> OpenInRoot(int root_fd, const char* path) {
  open_how how{};
  how.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  const long fd = syscall(SYS_openat2, root_fd, path, &how, sizeof how);
  if (fd < 0) return SystemError(path, "cannot be opened inside the container");
  return UniqueFd(static_cast<int>(fd));
}

void WalkDirectory(int dir_fd, const std::string& path, int depth, Walk& walk);

void VisitEntry(int dir_fd, const std::string& path, const std::string& name, int depth,
                Walk& walk) {
  struct stat info{};
  if (fstatat(dir_fd, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) return;
  if (info.st_dev != walk.device) return;
  const std::string full = path + "/" + name;
  if (S_ISREG(info.st_mode)) {
    walk.files.push_back({.path = full,
                          .bytes = Bytes{static_cast<std::uint64_t>(info.st_size)},
                          .allocated = Bytes{static_cast<std::uint64_t>(info.st_blocks) * 512}});
  } else if (S_ISDIR(info.st_mode) && depth < kDeepest) {
    const auto child = OpenDirectory(dir_fd, name);
    if (child) WalkDirectory(child->get(), full, depth + 1, walk);
  }
}

void WalkDirectory(int dir_fd, const std::string& path, int depth, Walk& walk) {
  const auto names = ListDirectory(dir_fd, path);
  if (!names) return;
  for (const std::string& name : *names) {
    if (walk.Exhausted()) return;
    VisitEntry(dir_fd, path, name, depth, walk);
  }
}

std::vector<ShmFile> LargestFirst(std::vector<ShmFile> files) {
  std::sort(files.begin(), files.end(), [](const ShmFile& left, const ShmFile& right) {
    return left.allocated > right.allocated;
  });
  if (files.size() > kMostListed) files.resize(kMostListed);
  return files;
}

Result<UniqueFd> OpenOf(const HostView& host, pid_t pid) {
  const std::string root_path = fmt::format("{}/{}/root", host.proc, pid);
  // The one magic link that is followed: the root of a process that we chose ourselves.
  const auto root = OpenAt(AT_FDCWD, root_path, O_PATH | O_DIRECTORY);
  if (!root) return std::unexpected(root.error());
  return OpenInRoot(root->get(), "dev/shm");
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
  struct statfs filesystem{};
  struct stat info{};
  if (fstatfs(shm_fd, &filesystem) != 0 || fstat(shm_fd, &info) != 0) {
    return SystemError("/dev/shm", "cannot be examined");
  }
  if (filesystem.f_type != TMPFS_MAGIC) {
    return MakeError(ErrorCode::kNotFound, "/dev/shm", "is no tmpfs of its own in this container");
  }
  Walk walk{.deadline = deadline, .device = info.st_dev};
  WalkDirectory(shm_fd, "/dev/shm", 0, walk);
  const auto block = static_cast<std::uint64_t>(filesystem.f_bsize);
  const std::size_t total = walk.files.size();
  return ShmListing{.mount_point = "/dev/shm",
                    .size = filesystem.f_blocks == 0 ? Limit::Unlimited()
                                                     : Limit(Bytes{filesystem.f_blocks * block}),
                    .used = Bytes{(filesystem.f_blocks - filesystem.f_bfree) * block},
                    .files = LargestFirst(std::move(walk.files)),
                    .total_files = total,
                    .truncated = walk.truncated || total > kMostListed};
}

}  // namespace headroom
