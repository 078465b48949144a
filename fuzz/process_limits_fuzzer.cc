#include "fuzz/fuzz.h"
#include "kernel/proc/limits.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const auto limits = ParseProcessLimits(text);
  const auto memlock = ParseMemlock(text);
  // Both read the same row: where the strict one has a value, the lenient one has one too.
  if (memlock) Require(limits.memlock.has_value());
}
