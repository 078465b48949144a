#include "fuzz/fuzz.h"
#include "kernel/kmsg/log_clocks.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const auto clocks = ParseLogClocks(text);
  if (clocks) Require(clocks->monotonic.count() >= 0 && clocks->log.count() >= 0);
}
