#include "container/supervision/told_to_end.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/unique_fd.h"

namespace headroom {
namespace {

std::string PathIn(const std::string& run_dir) { return run_dir + "/stopped"; }

}  // namespace

Status NoteToldToEnd(const std::string& run_dir) {
  const std::string path = PathIn(run_dir);
  const UniqueFd file(
      open(path.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600));
  if (!file.valid()) return SystemError(path, "cannot be made");
  return {};
}

void ForgetToldToEnd(const std::string& run_dir) { (void)unlink(PathIn(run_dir).c_str()); }

bool WasToldToEnd(const std::string& run_dir) {
  return faccessat(AT_FDCWD, PathIn(run_dir).c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

}  // namespace headroom
