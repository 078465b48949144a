#include "base/directory.h"

#include <dirent.h>
#include <fcntl.h>

#include <cerrno>
#include <memory>

#include "base/file.h"

namespace headroom {

Result<SomeNames> ListSome(int dir_fd, std::string_view name, std::size_t most) {
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
    if (leaf == "." || leaf == "..") continue;
    some.more = some.names.size() >= most;
    if (some.more) return some;
    some.names.emplace_back(leaf);
    errno = 0;
  }
  if (errno != 0) return SystemError(name, "cannot be listed");
  return some;
}

}  // namespace headroom
