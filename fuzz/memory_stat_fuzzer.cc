#include "fuzz/fuzz.h"
#include "kernel/cgroup/memory_stat.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const auto stat = ParseMemoryStat(text);
  if (!stat) {
    Require(stat.error().code == ErrorCode::kMalformed && !stat.error().where.empty());
    return;
  }
  // Sums of figures that no machine has may wrap; of all others more swap never means less free.
  constexpr Bytes kMost{std::uint64_t{1} << 56U};
  for (const auto& figure : {stat->anon, stat->shmem, stat->unevictable, stat->slab_unreclaimable,
                             stat->kernel_stack, stat->pagetables, stat->sock, stat->percpu,
                             stat->vmalloc, stat->inactive_anon, stat->active_anon}) {
    if (figure && *figure > kMost) return;
  }
  const Bytes without_swap = Unreclaimable(*stat, Bytes{});
  Require(without_swap >= stat->anon.value_or(Bytes{}));
  Require(without_swap >= stat->unevictable.value_or(Bytes{}));
  Require(Unreclaimable(*stat, Bytes{4096}) <= without_swap);
  Require(Unreclaimable(*stat, kMost) >= stat->unevictable.value_or(Bytes{}));
}
