#include "supervisor/prekill/output.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace headroom {
namespace {

/// One read: how much, 0 where a signal came in between. nullopt: the command and all that it
/// started have closed their output.
std::optional<std::size_t> ReadSome(int output, PreKillResult& result) {
  std::array<char, 4096> buffer{};
  const ssize_t got = read(output, buffer.data(), buffer.size());
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return 0;
  if (got <= 0) return std::nullopt;
  const auto size = static_cast<std::size_t>(got);
  const std::size_t room = PreKillResult::kMostOutput - result.output.size();
  result.output.append(buffer.data(), std::min(size, room));
  result.output_cut = result.output_cut || size > room;
  return size;
}

int MillisecondsUntil(BootTime deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - NowBoot());
  return static_cast<int>(std::max<std::int64_t>(0, left.count()));
}

}  // namespace

bool ReadUntilEnd(int pidfd, int output, BootTime deadline, PreKillResult& result) {
  std::array<pollfd, 2> waiting = {{{.fd = pidfd, .events = POLLIN, .revents = 0},
                                    {.fd = output, .events = POLLIN, .revents = 0}}};
  for (;;) {
    const int ready = poll(waiting.data(), waiting.size(), MillisecondsUntil(deadline));
    if (ready == 0) return false;
    if (ready < 0) continue;  // interrupted; the deadline stands
    if (waiting[1].revents != 0 && !ReadSome(output, result)) waiting[1].fd = -1;
    if (waiting[0].revents != 0) return true;
    if (NowBoot() >= deadline) return false;  // poll() tells only where there is nothing to read
  }
}

void ReadRest(int output, PreKillResult& result) {
  pollfd waiting{.fd = output, .events = POLLIN, .revents = 0};
  const int holds = fcntl(output, F_GETPIPE_SZ);
  std::size_t left = holds > 0 ? static_cast<std::size_t>(holds) : PreKillResult::kMostOutput;
  while (left > 0 && !result.output_cut && poll(&waiting, 1, 0) > 0) {
    const auto size = ReadSome(output, result);
    if (!size) return;
    left -= std::min(left, *size);
  }
}

}  // namespace headroom
