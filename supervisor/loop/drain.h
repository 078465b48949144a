#pragma once

#include <unistd.h>

#include <cstdint>

namespace headroom {

/// Takes what an eventfd(2) counted, so that it is not ready any more until it counts again.
/// `event` is open and does not block; how often it was signalled says nothing to anybody here.
inline void DrainEvent(int event) {
  std::uint64_t count = 0;
  // Fails where nothing was counted, which is as good. Written so for warn_unused_result at -O2.
  (void)!read(event, &count, sizeof count);
}

}  // namespace headroom
