#include "kernel/cgroup/memory_high.h"

#include <unistd.h>

#include "base/file.h"
#include "kernel/cgroup/memory_limits.h"

namespace headroom {

bool LiftIfOurs(int memory_high, Bytes ours) {
  constexpr std::size_t kLongestLimit = 64;
  const auto text = ReadOpenFile(memory_high, "memory.high", kLongestLimit);
  if (!text) return false;  // the cgroup is gone: nothing is held there any more
  const auto value = ParseLimit(*text);
  if (!value || *value != Limit(ours)) return false;
  return pwrite(memory_high, "max", 3, 0) == 3;
}

}  // namespace headroom
