#include "fuzz/fuzz.h"
#include "kernel/cgroup/memory_limits.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const auto limit = ParseLimit(text);
  if (limit) Require(ParseLimit(ToCgroupText(*limit)).value() == *limit);
}
