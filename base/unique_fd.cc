#include "base/unique_fd.h"

#include <unistd.h>

#include <cerrno>

namespace headroom {

void UniqueFd::Reset(int fd) noexcept {
  if (fd_ >= 0 && fd_ != fd) {
    const int saved_errno = errno;
    (void)::close(fd_);  // Linux frees the number whatever close() says; nothing to retry
    errno = saved_errno;
  }
  fd_ = fd;
}

}  // namespace headroom
