#include "fuzz/fuzz.h"
#include "kernel/proc/smaps.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const auto total = ParseSmapsRollup(text);
  if (total) Require(total->rss.has_value() && total->start <= total->end);
}
