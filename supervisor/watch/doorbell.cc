#include "supervisor/watch/doorbell.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "base/unix_address.h"

namespace headroom {
namespace {

Result<UniqueFd> BindAt(const std::string& path) {
  const auto address = UnixAddress::Of(path);
  if (!address) return std::unexpected(address.error());
  UniqueFd fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid()) return SystemError(path, "no socket can be made");
  (void)unlink(path.c_str());  // of a supervisor that has ended; the lock says that it is gone
  // What is bound has the socket's own mode (net/unix/af_unix.c, unix_bind), so that the umask of
  // every thread is left as it is.
  if (fchmod(fd.get(), 0600) != 0) return SystemError(path, "cannot be made its owner's alone");
  if (bind(fd.get(), address->get(), UnixAddress::size()) != 0) {
    return SystemError(path, "cannot be bound");
  }
  return fd;
}

void Empty(int socket_fd) {
  std::array<char, 64> ignored{};
  while (recv(socket_fd, ignored.data(), ignored.size(), MSG_DONTWAIT | MSG_TRUNC) >= 0) {
  }
}

}  // namespace

bool Doorbell::HasRung() const {
  char ignored = 0;
  return recv(socket_.get(), &ignored, 1, MSG_DONTWAIT | MSG_PEEK) >= 0;
}

Result<Doorbell> Doorbell::Open(EventLoop& loop, const std::string& run_dir,
                                std::function<void()> on_ring) {
  Doorbell doorbell;
  if (sd_listen_fds(1) >= 1) {
    doorbell.socket_ = UniqueFd(SD_LISTEN_FDS_START);
    doorbell.passed_ = true;
  } else {
    auto socket = BindAt(run_dir + "/doorbell");
    if (!socket) return std::unexpected(socket.error());
    doorbell.socket_ = std::move(*socket);
  }
  auto source = loop.OnReady(doorbell.socket_.get(), EPOLLIN,
                             [fd = doorbell.socket_.get(), ring = std::move(on_ring)](auto) {
                               Empty(fd);
                               ring();
                             });
  if (!source) return std::unexpected(source.error());
  doorbell.source_ = std::move(*source);
  return doorbell;
}

}  // namespace headroom
