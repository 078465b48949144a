#pragma once

#include "base/bytes.h"
#include "base/result.h"

namespace headroom {

/// Writes "max" through `memory_high` where it still holds `ours`; a number that somebody else put
/// there is theirs. True when it was ours and is lifted now; false where it is not ours, or the
/// cgroup is gone. An error: it may still stand there. Never blocks: raising a limit reclaims
/// nothing.
[[nodiscard]] Result<bool> TryToLift(int memory_high, Bytes ours);

/// The same for who has nothing else to do where it fails: false.
bool LiftIfOurs(int memory_high, Bytes ours);

}  // namespace headroom
