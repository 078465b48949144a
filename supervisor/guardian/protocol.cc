#include "supervisor/guardian/protocol.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cstring>

namespace headroom {
namespace {

constexpr std::uint32_t kMagic = 0x48524732;  // "HRG2"

struct Wire {
  std::uint32_t magic;
  std::uint32_t verb;
  std::uint64_t wire;
  std::uint64_t high;
  std::int64_t deadline;
  std::uint64_t releases;
  std::uint64_t inode;
};
static_assert(sizeof(Wire) == 48);

bool IsVerb(std::uint32_t verb) { return verb >= 1 && verb <= 7; }

/// Takes the descriptor out of a message's control data. More than one never comes: the kernel
/// closes what does not fit.
UniqueFd TakeDescriptor(msghdr& header) {
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    int fd = UniqueFd::kNone;
    std::memcpy(&fd, CMSG_DATA(part), sizeof fd);
    return UniqueFd(fd);
  }
  return {};
}

}  // namespace

std::string EncodeGuardianMessage(const GuardianMessage& message) {
  const Wire wire{.magic = kMagic,
                  .verb = static_cast<std::uint32_t>(message.verb),
                  .wire = message.wire,
                  .high = message.high.value,
                  .deadline = message.deadline.count(),
                  .releases = message.releases,
                  .inode = message.inode};
  std::string bytes(sizeof wire, '\0');
  std::memcpy(bytes.data(), &wire, sizeof wire);
  return bytes;
}

Result<GuardianMessage> DecodeGuardianMessage(std::string_view bytes) {
  Wire wire{};
  if (bytes.size() != sizeof wire) return Malformed("guardian message", "has the wrong size");
  std::memcpy(&wire, bytes.data(), sizeof wire);
  if (wire.magic != kMagic || !IsVerb(wire.verb)) {
    return Malformed("guardian message",
                     "is of another version of headroom; restart both services");
  }
  return GuardianMessage{.verb = static_cast<GuardianVerb>(wire.verb),
                         .wire = wire.wire,
                         .high = Bytes{wire.high},
                         .deadline = BootTime(wire.deadline),
                         .inode = wire.inode,
                         .releases = wire.releases};
}

Status SendToPeer(int socket_fd, const GuardianMessage& message, int descriptor) {
  std::string bytes = EncodeGuardianMessage(message);
  iovec data{.iov_base = bytes.data(), .iov_len = bytes.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr header{};
  header.msg_iov = &data;
  header.msg_iovlen = 1;
  if (descriptor >= 0) {
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    cmsghdr* part = CMSG_FIRSTHDR(&header);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(part), &descriptor, sizeof descriptor);
  }
  if (sendmsg(socket_fd, &header, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
    return SystemError("guardian connection", "did not take a message");
  }
  return {};
}

Result<std::optional<GuardianDelivery>> ReceiveFromPeer(int socket_fd) {
  std::array<char, sizeof(Wire) + 1> bytes{};
  iovec data{.iov_base = bytes.data(), .iov_len = bytes.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr header{};
  header.msg_iov = &data;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  const ssize_t got = recvmsg(socket_fd, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return std::nullopt;
  if (got < 0 && errno != ECONNRESET) return SystemError("guardian connection", "cannot be read");
  if (got <= 0) return MakeError(ErrorCode::kGone, "guardian connection", "was ended by the peer");
  UniqueFd descriptor = TakeDescriptor(header);
  auto message = DecodeGuardianMessage({bytes.data(), static_cast<std::size_t>(got)});
  if (!message) return std::unexpected(message.error());
  return GuardianDelivery{.message = *message, .descriptor = std::move(descriptor)};
}

}  // namespace headroom
