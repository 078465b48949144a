#pragma once

#include "base/result.h"

namespace headroom {

/// Keeps what this process has and what it will touch in memory, so that it works on a host that
/// is out of it: without, its own code is what such a host has dropped and must read again. All
/// mapped now is read in; what is mapped later (the stacks of threads, buffers) is kept from its
/// first use on, as most of a stack is never used. Buffers of 256 KiB and more go back as soon as
/// they are freed: locked memory is not given back piecemeal (madvise(2), MADV_DONTNEED: EINVAL).
///
/// Call before the first thread exists. An error, and nothing is locked, where RLIMIT_MEMLOCK
/// bounds it: the limit counts all that is mapped, and an allocation beyond it would fail.
[[nodiscard]] Status LockMemory();

}  // namespace headroom
