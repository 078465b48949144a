#include "fuzz/fuzz.h"
#include "kernel/proc/slabinfo.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  constexpr Bytes kPage = Kibibytes(4);
  const auto caches = ParseSlabinfo(text, kPage);
  if (!caches) return;
  for (const SlabCache& cache : *caches) {
    Require(!cache.name.empty());
    Require(cache.size.value % kPage.value == 0);
  }
}
