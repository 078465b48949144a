#pragma once

#include "base/result.h"

namespace headroom {

/// When memory that is mapped later is taken: much of it is never used where there are many
/// threads, whose stacks are mapped whole.
enum class LaterMemory { kOnFirstUse, kAtOnce };

/// Keeps what this process has and what it will touch in memory, so that it works on a host that
/// is out of it: without, its own code is what such a host has dropped and must read again. All
/// mapped now is read in, and what is mapped later is kept as well. Buffers of 256 KiB and more go
/// back as soon as they are freed: locked memory is not given back piecemeal (madvise(2),
/// MADV_DONTNEED: EINVAL).
///
/// Call before the first thread exists. An error, and nothing is locked, where RLIMIT_MEMLOCK
/// bounds it: the limit counts all that is mapped, and an allocation beyond it would fail.
[[nodiscard]] Status LockMemory(LaterMemory later);

}  // namespace headroom
