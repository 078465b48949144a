#include "fuzz/fuzz.h"
#include "kernel/proc/numa_maps.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  for (const auto& [node, bytes] : SumNumaMaps(text)) {
    Require(node < 1024);
    Require(bytes.value % 1024 == 0);
  }
}
