#include "kernel/cgroup/open_below.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <utility>

#include "base/file.h"
#include "base/text.h"

namespace headroom {
namespace {

std::unexpected<Error> SymbolicLink(const std::string& path) {
  return Malformed(path, "is or passes a symbolic link, and a plain directory is expected");
}

bool IsSymbolicLink(int dir_fd, const std::string& name) {
  struct stat info{};
  return fstatat(dir_fd, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(info.st_mode);
}

Result<UniqueFd> WalkStepwise(int root_fd, const std::string& relative) {
  auto here = OpenDirectory(root_fd, ".");
  for (const std::string_view component : Split(relative, '/')) {
    if (!here) break;
    if (component.empty() || component == ".") continue;
    if (component == "..") return Malformed(relative, "holds '..'");
    const std::string name(component);
    auto next = OpenDirectory(here->get(), name);
    if (!next && IsSymbolicLink(here->get(), name)) return SymbolicLink(relative);
    here = std::move(next);
  }
  return here;
}

}  // namespace

Result<UniqueFd> OpenDirectoryBelow(int root_fd, const std::string& relative, WalkBy walk) {
  if (walk == WalkBy::kStepwise) return WalkStepwise(root_fd, relative);
  open_how how{};
  // Without O_NOFOLLOW: that would say ENOTDIR of a link at the end, and RESOLVE_NO_SYMLINKS ELOOP.
  how.flags = static_cast<unsigned>(O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  const char* path = relative.empty() ? "." : relative.c_str();
  for (;;) {
    const long fd = syscall(SYS_openat2, root_fd, path, &how, sizeof how);
    if (fd >= 0) return UniqueFd(static_cast<int>(fd));
    if (errno == EINTR || errno == EAGAIN) continue;  // EAGAIN: a rename raced with the walk
    // EPERM is what old container runtimes' seccomp filters say of a call they do not know.
    if (errno == ENOSYS || errno == EPERM) return WalkStepwise(root_fd, relative);
    if (errno == ELOOP) return SymbolicLink(relative);
    return SystemError(relative, "cannot be opened");
  }
}

}  // namespace headroom
