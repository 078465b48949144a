#include "evidence/store_directories.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"

namespace headroom {
namespace {

/// The bundles hold what containers had in memory maps and names: a place that somebody else may
/// write to could be swapped under us.
Status CheckOwned(int fd, const std::string& path) {
  struct stat info{};
  if (fstat(fd, &info) != 0) return SystemError(path, "cannot be examined");
  if (info.st_uid != geteuid()) {
    return MakeError(ErrorCode::kDenied, path,
                     fmt::format("belongs to uid {}, expected {}; give it back with chown",
                                 info.st_uid, geteuid()));
  }
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return MakeError(ErrorCode::kDenied, path,
                     fmt::format("has mode {:o}, so others may write to it; chmod 0700 it",
                                 info.st_mode & 07777U));
  }
  return {};
}

}  // namespace

Result<UniqueFd> OpenOwned(int dir_fd, const std::string& name, const std::string& path) {
  auto dir = OpenDirectory(dir_fd, name);
  if (!dir && dir.error().errno_value == ENOENT) {
    if (mkdirat(dir_fd, name.c_str(), kStoreDirectoryMode) != 0 && errno != EEXIST) {
      return SystemError(path, "cannot be made");
    }
    dir = OpenDirectory(dir_fd, name);
  }
  if (!dir) {
    dir.error().where = path;
    return dir;
  }
  if (auto owned = CheckOwned(dir->get(), path); !owned) return std::unexpected(owned.error());
  return dir;
}

Result<UniqueFd> OpenStore(const std::string& store) {
  if (auto made = MakeDirectories(store, kStoreDirectoryMode); !made) {
    return std::unexpected(made.error());
  }
  auto dir = OpenDirectory(AT_FDCWD, store);
  if (!dir) return dir;
  if (auto owned = CheckOwned(dir->get(), store); !owned) return std::unexpected(owned.error());
  return dir;
}

}  // namespace headroom
