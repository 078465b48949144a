#include "base/thread_time.h"

#include <ctime>

namespace headroom {

std::chrono::nanoseconds ThreadTime() {
  timespec time{};
  (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);  // fails only for a clock that is not known
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace headroom
