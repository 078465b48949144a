#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "explain/inputs/inputs.h"
#include "explain/study/level.h"

namespace headroom {

/// What the memory of a cgroup was, in parts that add up (memory.stat: anon + file + kernel +
/// sock; shmem lies within file, zswap within kernel: obj_cgroup_charge_zswap, mm/memcontrol.c,
/// charges it as the kernel's, which MEMCG_KMEM counts).
struct Filling {
  std::optional<Bytes> anon;
  std::optional<Bytes> shmem;
  /// What swapped pages take in memory, compressed; nullopt: not stated. What the processes asked
  /// for, which writing to the disk alone could give back.
  std::optional<Bytes> zswap;
  std::optional<Bytes> kernel;  ///< all else of it, sockets included; in a sample zswap too
  std::optional<Bytes> kernel_reclaimable;
  std::optional<Bytes> cache;  ///< files without shmem
  std::optional<Bytes> dirty;  ///< of the cache, what must be written first
  std::optional<Limit> limit;  ///< of the cgroup it belongs to
  std::string cgroup;
  std::string evidence;
  bool at_kill = false;  ///< the kernel printed it at the kill, rather than we before it
};

/// At the snapshot, else at the kill as the kernel printed it. nullopt: neither.
[[nodiscard]] std::optional<Filling> FindFilling(const Inputs& inputs, const OomEvent* event,
                                                 const LimitLevel& level);

/// Of what a report states, without cgroup, limit and evidence.
[[nodiscard]] Filling FillingOf(const OomStat& stat);

/// The figures that the kernel printed for the cgroup whose limit was met.
[[nodiscard]] std::optional<Filling> FillingInReport(const Inputs& inputs, const OomEvent* event,
                                                     const LimitLevel& level);

/// The last sample of the recorder that has the parts. It has no figure for zswap: nullopt also
/// where that may be why the kernel's memory is the largest.
[[nodiscard]] std::optional<Filling> FillingInTimeline(const Inputs& inputs);

/// "anon", "shmem", "kernel" or "dirty": which part was the largest that reclaim could not free.
/// zswap counts as anon, whose pages most of it are.
enum class Part { kAnon, kShmem, kKernel, kDirty };
[[nodiscard]] std::optional<Part> LargestPart(const Filling& filling);

/// All parts that reclaim could not free, where they are known.
[[nodiscard]] Bytes NotReclaimable(const Filling& filling);

}  // namespace headroom
