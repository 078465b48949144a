#include "container/supervision/life_line.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string_view>

namespace headroom {
namespace {

/// Not the boot clock: whoever wakes first after a suspend must not take the other for dead.
using Clock = std::chrono::steady_clock;

/// How often what a silent guardian's headroomd may still have been writing is looked for.
constexpr std::chrono::seconds kLookAgain{1};

enum class Heard { kNothing, kAlive, kDone, kGone };

Heard Hear(int end) {
  std::array<char, 64> words{};
  const ssize_t got = recv(end, words.data(), words.size(), MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return Heard::kNothing;
  if (got <= 0) return Heard::kGone;
  const std::string_view text(words.data(), static_cast<std::size_t>(got));
  return text.find(static_cast<char>(LifeLineWord::kDone)) == std::string_view::npos ? Heard::kAlive
                                                                                     : Heard::kDone;
}

void WaitForWord(int end, Clock::time_point until) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
  pollfd ready{.fd = end, .events = POLLIN, .revents = 0};
  (void)poll(&ready, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
}

}  // namespace

Result<std::pair<UniqueFd, UniqueFd>> MakeLifeLine() {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) != 0) {
    return SystemError("socketpair", "cannot be made");
  }
  return std::pair(UniqueFd(ends[0]), UniqueFd(ends[1]));
}

bool SayOnLifeLine(int end, LifeLineWord word) {
  const char letter = static_cast<char>(word);
  // Full: whoever does not read finds enough of them later.
  return send(end, &letter, 1, MSG_DONTWAIT | MSG_NOSIGNAL) == 1 || errno == EAGAIN ||
         errno == EINTR;
}

void UndoWhenSilent(int end, LifeLineRhythm rhythm, const std::function<void(GuardianIs)>& undo) {
  auto due = Clock::now() + rhythm.patience;
  for (;;) {
    WaitForWord(end, due);
    const Heard heard = Hear(end);
    if (heard == Heard::kDone) return;
    if (heard == Heard::kGone) return undo(GuardianIs::kDead);
    if (heard == Heard::kAlive) {
      due = Clock::now() + rhythm.patience;
    } else if (Clock::now() >= due) {
      undo(GuardianIs::kSilent);
      (void)SayOnLifeLine(end, LifeLineWord::kUndone);
      due = Clock::now() + kLookAgain;
    }
  }
}

}  // namespace headroom
