#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"
#include "container/facts/facts.h"
#include "policy/heap/amount.h"
#include "policy/rule.h"

namespace headroom::heap {

/// What the runtimes are judged by. The shares are above 0 and at most 1.
struct Fit {
  const ContainerFacts& facts;
  Bytes limit;  ///< the smallest on the way up; at most kLargestAmount
  std::string
      limit_path;         ///< whose it is, where that is a cgroup above; empty: the container's own
  double heap_share = 1;  ///< of the limit: a JVM's or Node's heap
  Bytes jvm_overhead;     ///< what a JVM needs beside its heap
  double go_share = 1;    ///< of the limit: GOMEMLIMIT
  double redis_share = 1;          ///< of the limit: maxmemory
  double redis_fork_share = 1;     ///< of maxmemory: what a fork makes it hold twice
  double postgres_share = 1;       ///< of the limit: shared_buffers
  double postgres_busy_share = 1;  ///< of max_connections: those that use work_mem at a time
};

/// The memory that a runtime sees which looks at the limit of its own cgroup, as JVMs and Node do:
/// not at those above, which a cgroup namespace hides. nullopt: the host's, and that is not known.
[[nodiscard]] std::optional<Bytes> SeenMemory(const Fit& fit);

/// "the 512 MiB limit", or "the 512 MiB limit of /system.slice".
[[nodiscard]] std::string LimitText(const Fit& fit);

/// The largest whole percentage of `seen` that `allowed` has room for: 0 to 100.
[[nodiscard]] int FittingPerCent(Bytes allowed, Bytes seen);

/// ", 94 % of the 512 MiB limit".
[[nodiscard]] std::string ShareText(const Fit& fit, Bytes size);

/// "start it with -Xmx409m, or raise the limit: docker run --memory 640m ...". `setting` is empty
/// where no value of it fits. A limit above the host's memory is not advised.
[[nodiscard]] std::string SmallerOrRaise(const Fit& fit, const std::string& setting, Bytes needed);

/// The program's own settings are never changed, so there is no fix.
[[nodiscard]] Violation Misfit(std::string fact, std::string advice);

}  // namespace headroom::heap
