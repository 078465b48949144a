#pragma once

#include "base/bytes.h"

namespace headroom {

/// Writes "max" through `memory_high` where it still holds `ours`; a number that somebody else put
/// there is theirs. True when it was ours and is lifted now. Never blocks: raising a limit
/// reclaims nothing.
bool LiftIfOurs(int memory_high, Bytes ours);

}  // namespace headroom
