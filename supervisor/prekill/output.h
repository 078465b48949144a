#pragma once

#include "base/clock.h"
#include "evidence/pre_kill_result.h"

namespace headroom {

/// Reads what a command writes until it has ended, as its pidfd says; false: time was up before. A
/// daemon that it left behind may keep the output open, and write without end: neither prolongs it.
/// What is beyond PreKillResult::kMostOutput is read and thrown away, so that no full pipe stops
/// the command.
[[nodiscard]] bool ReadUntilEnd(int pidfd, int output, BootTime deadline, PreKillResult& result);

/// Reads what an ended command has left in its pipe: no more than the pipe holds, as what is behind
/// that was written by somebody else afterwards. Does not wait.
void ReadRest(int output, PreKillResult& result);

}  // namespace headroom
