#include "kernel/exit/exit_connector.h"

#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <string_view>

namespace headroom {
namespace {

constexpr const char* kWhere = "the process connector";

/// Whether the kernel itself sent it: any process may send a datagram to a netlink socket.
bool IsFromKernel(const sockaddr_nl& sender, socklen_t size) {
  return size >= sizeof sender && sender.nl_family == AF_NETLINK && sender.nl_pid == 0;
}

}  // namespace

Result<ExitConnector> ExitConnector::Open() {
  UniqueFd fd(socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_CONNECTOR));
  if (!fd.valid()) return SystemError(kWhere, "has no socket");
  // Before anything can arrive.
  auto filter = ExitFilter();
  const sock_fprog program{.len = static_cast<unsigned short>(filter.size()),
                           .filter = filter.data()};
  if (setsockopt(fd.get(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0) {
    return SystemError(kWhere, "takes no filter");
  }
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = CN_IDX_PROC;
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return SystemError(kWhere, "cannot be listened to");
  }
  // A host on which much ends at once fills the default in no time.
  constexpr int kRoom = 1 << 20;
  (void)setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUFFORCE, &kRoom, sizeof kRoom);
  ExitConnector connector(std::move(fd));
  if (getrandom(&connector.ack_, sizeof connector.ack_, GRND_NONBLOCK) < 0) {
    return SystemError(kWhere, "has no random number");
  }
  if (auto asked = connector.Ask(PROC_CN_MCAST_LISTEN, connector.ack_); !asked) {
    return std::unexpected(asked.error());
  }
  return connector;
}

Status ExitConnector::Ask(int operation, std::uint32_t ack) const {
  constexpr std::size_t kSize = sizeof(nlmsghdr) + sizeof(cn_msg) + sizeof(int);
  std::array<char, kSize> request{};
  nlmsghdr header{};
  header.nlmsg_len = kSize;
  header.nlmsg_type = NLMSG_DONE;
  cn_msg message{};
  message.id = {.idx = CN_IDX_PROC, .val = CN_VAL_PROC};
  message.ack = ack;
  message.len = sizeof operation;
  std::memcpy(request.data(), &header, sizeof header);
  std::memcpy(request.data() + sizeof header, &message, sizeof message);
  std::memcpy(request.data() + sizeof header + sizeof message, &operation, sizeof operation);
  if (send(fd_.get(), request.data(), request.size(), MSG_NOSIGNAL) >= 0) return {};
  return SystemError(kWhere, "takes no request");
}

/// Kernels before 6.6 count who listens and do not notice a socket that is closed: they would go on
/// putting messages together for nobody.
void ExitConnector::StopListening() {
  if (fd_.valid()) (void)Ask(PROC_CN_MCAST_IGNORE, 0);
}

ExitConnector& ExitConnector::operator=(ExitConnector&& other) noexcept {
  if (this == &other) return *this;
  StopListening();
  fd_ = std::move(other.fd_);
  ack_ = other.ack_;
  answered_ = other.answered_;
  overruns_ = other.overruns_;
  return *this;
}

/// An errno value of a refusal of our own request; else 0.
int ExitConnector::RefusalIn(std::string_view datagram) {
  if (answered_) return 0;
  const auto answer = ParseConnectorAnswer(datagram);
  if (!answer || answer->ack != ack_ + 1) return 0;
  answered_ = true;
  return answer->error == EPERM || answer->error == EACCES ? answer->error : 0;
}

Status ExitConnector::Drain(const std::function<void(const ExitMessage&)>& take) {
  constexpr int kMostAtOnce = 4096;  // a caller that polls is called again
  std::array<char, 512> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): recv fills it
  for (int i = 0; i < kMostAtOnce; ++i) {
    sockaddr_nl sender{};
    socklen_t size = sizeof sender;
    const ssize_t got = recvfrom(fd_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT,
                                 reinterpret_cast<sockaddr*>(&sender), &size);
    if (got < 0 && errno == ENOBUFS) ++overruns_;
    if (got < 0 && (errno == EINTR || errno == ENOBUFS)) continue;
    if (got < 0 && errno != EAGAIN) return SystemError(kWhere, "cannot be read");
    if (got < 0) return {};
    if (!IsFromKernel(sender, size)) continue;
    const std::string_view datagram(buffer.data(), static_cast<std::size_t>(got));
    if (const auto message = ParseExitMessage(datagram)) take(*message);
    if (const int refusal = RefusalIn(datagram); refusal != 0) {
      return SystemError(kWhere, "tells nothing", refusal);
    }
  }
  return {};
}

}  // namespace headroom
