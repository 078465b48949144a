#include "container/supervision/guardian_socket.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <cerrno>

#include "base/file.h"
#include "base/unique_fd.h"
#include "base/unix_address.h"
#include "container/supervision/lock_holder.h"

namespace headroom {

std::string GuardianSocketPath(const std::string& run_dir) { return run_dir + "/guardian.sock"; }

/// A socket of another type is refused by the kernel before anybody is connected (EPROTOTYPE), but
/// not before it has looked whether a process has the one at that path (net/unix/af_unix.c,
/// unix_find_bsd).
bool GuardianIsThere(const std::string& run_dir) {
  const auto address = UnixAddress::Of(GuardianSocketPath(run_dir));
  if (!address) return true;
  const UniqueFd fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid() || connect(fd.get(), address->get(), UnixAddress::size()) == 0) return true;
  return errno != ECONNREFUSED && errno != ENOENT;
}

bool HasLostItsGuardian(const HostView& host, const std::string& run_dir) {
  if (GuardianIsThere(run_dir)) return false;
  const auto lock =
      OpenAt(AT_FDCWD, run_dir + "/headroomd.lock", O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  return lock && HolderThatGivesWay(host, lock->get());
}

}  // namespace headroom
