#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "container/supervision/guardian_socket.h"

namespace headroom {

/// What headroomd and the guardian say to each other, over one SOCK_SEQPACKET connection.
///
/// headroomd tells of every wire and every hold before it happens; the guardian releases what it
/// was told of when a hold is over its deadline, when the heartbeat stops, or when the connection
/// ends. The guardian beats as well: headroomd takes everything down when that stops, so that no
/// wire ever stands with only one of the two alive.
enum class GuardianVerb : std::uint32_t {
  kBeat = 1,      ///< either way; from the guardian with `releases`
  kWireUp = 2,    ///< about to write `high` through the descriptor that comes along
  kWireDown = 3,  ///< memory.high is max again, or belongs to somebody else
  kHold = 4,      ///< tripped: release at `deadline` whatever happens
  kFreeze = 5,    ///< about to freeze through the cgroup.freeze that comes along, to `deadline`
  kThaw = 6,      ///< it was thawed, or is somebody else's
  /// Before kFreeze: the inotify instance that comes along will have an event when somebody else
  /// has written that cgroup.freeze, from right behind headroomd's own write on.
  kFreezeChanges = 7,
};

struct GuardianMessage {
  GuardianVerb verb = GuardianVerb::kBeat;
  std::uint64_t wire = 0;      ///< headroomd's own number for it; 0 for a beat
  Bytes high;                  ///< the value that is ours
  BootTime deadline{};         ///< of a hold
  std::uint64_t inode = 0;     ///< of the cgroup of a freeze, by which its mark is named
  std::uint64_t releases = 0;  ///< how often the guardian had to release, since the connection
};

/// A message as 48 bytes, native byte order (both ends are one build on one machine).
[[nodiscard]] std::string EncodeGuardianMessage(const GuardianMessage& message);
/// kMalformed for any other size, magic, or verb.
[[nodiscard]] Result<GuardianMessage> DecodeGuardianMessage(std::string_view bytes);

/// Sends without blocking; `descriptor` (or UniqueFd::kNone) travels along and stays the caller's.
[[nodiscard]] Status SendToPeer(int socket_fd, const GuardianMessage& message, int descriptor);

/// What one receive gave.
struct GuardianDelivery {
  GuardianMessage message;
  UniqueFd descriptor;  ///< not valid when none came
};
/// nullopt: nothing there now. kGone: the peer has ended the connection.
[[nodiscard]] Result<std::optional<GuardianDelivery>> ReceiveFromPeer(int socket_fd);

/// How often each side beats, and after how long a silence the other is taken for dead. With a
/// beat every half second and two seconds of patience nothing stays armed for three.
inline constexpr std::chrono::milliseconds kBeatInterval{500};
inline constexpr std::chrono::milliseconds kBeatPatience{2000};

}  // namespace headroom
