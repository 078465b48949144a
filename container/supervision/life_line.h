#pragma once

#include <chrono>
#include <functional>
#include <utility>

#include "base/result.h"
#include "base/unique_fd.h"

namespace headroom {

/// What the guardian and the one that waits for its end say to each other where no systemd does
/// (docs/decisions/036-when-both-hang.md): one letter each, over a pair of stream sockets. That it
/// ends says by itself that the other one is dead.
enum class LifeLineWord : char {
  kAlive = 'a',   ///< the guardian has done everything that was due
  kDone = 'd',    ///< the guardian ends in order: nothing is left to undo
  kUndone = 'u',  ///< to the guardian: it was taken for hanging, and what was marked was undone
};

/// How often a sign of life is given, and after how long a silence it is undone. systemd notices
/// within as much (WatchdogSec= of the guardian's unit, and how late its timers may be).
struct LifeLineRhythm {
  std::chrono::milliseconds interval{350};
  std::chrono::milliseconds patience{1750};
};

/// The two ends, non-blocking and close-on-exec.
[[nodiscard]] Result<std::pair<UniqueFd, UniqueFd>> MakeLifeLine();

/// Sends one word without waiting. False: the other one is gone.
bool SayOnLifeLine(int end, LifeLineWord word);

/// Why it is undone.
enum class GuardianIs { kSilent, kDead };

/// Waits at `end` until the guardian's life is over, and calls `undo` where it was killed or
/// failed, and each time that it was silent for so long, again every second then. After kDone it
/// only returns. However late this process itself gets to run: what waits to be read counts first.
void UndoWhenSilent(int end, LifeLineRhythm rhythm, const std::function<void(GuardianIs)>& undo);

}  // namespace headroom
