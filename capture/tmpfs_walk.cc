#include "capture/tmpfs_walk.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/directory.h"
#include "base/unique_fd.h"

namespace headroom {
namespace {

constexpr std::size_t kMostEntries = 4096;
constexpr std::size_t kMostListed = 64;
constexpr int kDeepest = 8;
/// Of all paths of one listing: in a record a byte may take eight, and a table of 32 mounts has to
/// fit into a bundle (kMaxBundleJsonBytes). More than the longest path that there may be.
constexpr std::size_t kMostPathBytes = 8192;

/// How many of the first have paths of at most so many bytes together.
std::size_t HowManyFit(const std::vector<ShmFile>& files) {
  std::size_t bytes = 0;
  const auto too_much = std::ranges::find_if(files, [&](const ShmFile& file) {
    bytes += file.path.size();
    return bytes > kMostPathBytes;
  });
  return static_cast<std::size_t>(too_much - files.begin());
}

/// Refuses another mount before anything on it is asked.
std::optional<UniqueFd> OpenHere(int dir_fd, const std::string& name, std::uint64_t flags) {
  open_how how{};
  how.flags = flags | O_CLOEXEC | O_NOFOLLOW;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS;
  const long fd = syscall(SYS_openat2, dir_fd, name.c_str(), &how, sizeof how);
  if (fd < 0) return std::nullopt;
  return UniqueFd(static_cast<int>(fd));
}

class Walk {
 public:
  explicit Walk(BootTime deadline) : deadline_(deadline) {}

  void Visit(int dir_fd, const std::string& path, int depth) {
    const auto names = ListSome(dir_fd, path, kMostEntries - std::min(kMostEntries, seen_));
    if (!names) return;
    found_.truncated = found_.truncated || names->more;
    for (const std::string& name : names->names) {
      if (++seen_ > kMostEntries || NowBoot() > deadline_) {
        found_.truncated = true;
        return;
      }
      VisitEntry(dir_fd, fmt::format("{}/{}", path, name), name, depth);
    }
  }

  WalkedFiles Take() {
    found_.total = found_.files.size();
    std::ranges::sort(found_.files, [](const ShmFile& left, const ShmFile& right) {
      return left.allocated > right.allocated;
    });
    if (found_.files.size() > kMostListed) found_.files.resize(kMostListed);
    found_.files.resize(HowManyFit(found_.files));
    found_.truncated = found_.truncated || found_.total > found_.files.size();
    return std::move(found_);
  }

 private:
  void VisitEntry(int dir_fd, const std::string& full, const std::string& name, int depth) {
    const auto entry = OpenHere(dir_fd, name, O_PATH);
    struct stat info{};
    if (!entry || fstat(entry->get(), &info) != 0) return;
    if (S_ISREG(info.st_mode)) {
      found_.files.push_back(
          {.path = full,
           .bytes = Bytes{static_cast<std::uint64_t>(info.st_size)},
           .allocated = Bytes{static_cast<std::uint64_t>(info.st_blocks) * 512}});
    } else if (S_ISDIR(info.st_mode) && depth >= kDeepest) {
      found_.truncated = true;
    } else if (S_ISDIR(info.st_mode)) {
      const auto child = OpenHere(dir_fd, name, O_RDONLY | O_DIRECTORY);
      if (child) Visit(child->get(), full, depth + 1);
    }
  }

  BootTime deadline_;
  std::size_t seen_ = 0;
  WalkedFiles found_;
};

}  // namespace

WalkedFiles WalkFiles(int dir_fd, const std::string& path, BootTime deadline) {
  Walk walk(deadline);
  walk.Visit(dir_fd, path == "/" ? "" : path, 0);
  return walk.Take();
}

Result<ShmListing> ListTmpfs(int dir_fd, const std::string& mount_point, BootTime deadline) {
  struct statfs filesystem{};
  if (fstatfs(dir_fd, &filesystem) != 0) return SystemError(mount_point, "cannot be examined");
  if (filesystem.f_type != TMPFS_MAGIC) {
    return MakeError(ErrorCode::kNotFound, mount_point, "is no tmpfs of its own in this container");
  }
  WalkedFiles walked = WalkFiles(dir_fd, mount_point, deadline);
  const auto block = static_cast<std::uint64_t>(filesystem.f_bsize);
  return ShmListing{.mount_point = mount_point,
                    .size = filesystem.f_blocks == 0 ? Limit::Unlimited()
                                                     : Limit(Bytes{filesystem.f_blocks * block}),
                    .used = Bytes{(filesystem.f_blocks - filesystem.f_bfree) * block},
                    .files = std::move(walked.files),
                    .total_files = walked.total,
                    .truncated = walked.truncated};
}

}  // namespace headroom
