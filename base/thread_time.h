#pragma once

#include <chrono>

namespace headroom {

/// The processor time that the calling thread has taken, user and kernel (CLOCK_THREAD_CPUTIME_ID):
/// for what something costs, where a busy machine must not make it look dear.
[[nodiscard]] std::chrono::nanoseconds ThreadTime();

}  // namespace headroom
