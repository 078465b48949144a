#include "base/directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <memory>

#include "base/file.h"

namespace headroom {
namespace {

/// As the listing itself says, so that nothing is asked of each entry.
bool IsDirectory(int dir_fd, const dirent& entry) {
  if (entry.d_type != DT_UNKNOWN) return entry.d_type == DT_DIR;
  struct stat info{};
  return fstatat(dir_fd, entry.d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(info.st_mode);
}

}  // namespace

Result<SomeNames> ListSome(int dir_fd, std::string_view name, std::size_t most, Listed listed) {
  // A descriptor of its own: readdir moves the offset, and fdopendir takes ownership.
  auto own = OpenAt(dir_fd, ".", O_RDONLY | O_DIRECTORY);
  if (!own) return std::unexpected(own.error());
  struct CloseDir {
    void operator()(DIR* dir) const { (void)closedir(dir); }
  };
  const std::unique_ptr<DIR, CloseDir> dir(fdopendir(own->get()));
  if (!dir) return SystemError(name, "cannot be listed");
  (void)own->Release();  // `dir` owns it from here on
  SomeNames some;
  errno = 0;
  while (const dirent* entry = readdir(dir.get())) {
    const std::string_view leaf = entry->d_name;
    const bool wanted =
        leaf != "." && leaf != ".." && (listed == Listed::kAll || IsDirectory(dir_fd, *entry));
    errno = 0;
    if (!wanted) continue;
    some.more = some.names.size() >= most;
    if (some.more) return some;
    some.names.emplace_back(leaf);
  }
  if (errno != 0) return SystemError(name, "cannot be listed");
  return some;
}

}  // namespace headroom
