#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/bytes.h"
#include "policy/heap/asked.h"
#include "policy/heap/fit.h"

namespace headroom::heap {

/// What the command line of postgres asks for; it overrides postgresql.conf, which is not seen.
/// Absent: not on the line.
struct PostgresMemory {
  /// -B, shared_buffers. Anonymous shared memory (shared_memory_type mmap) or System V's: both
  /// count against the memory limit, and neither lies on /dev/shm.
  std::optional<Asked<Bytes>> shared_buffers;
  std::optional<Asked<Bytes>> work_mem;                 ///< -S, work_mem
  std::optional<Asked<std::uint64_t>> max_connections;  ///< -N, max_connections
  /// max_parallel_workers_per_gather; 0: no parallel query
  std::optional<std::uint64_t> workers;
  /// dynamic_shared_memory_type is posix, Linux's default: what the processes of a parallel query
  /// share lies on /dev/shm.
  bool posix_segments = true;
  /// huge_pages=on: shared_buffers count against the hugetlb limit, not against memory.max.
  bool huge_pages = false;
};

/// `args` is what stands behind "postgres". Pure.
[[nodiscard]] PostgresMemory ReadPostgres(std::span<const std::string> args);

/// The rule's word on a PostgreSQL server.
[[nodiscard]] Judgement JudgePostgres(const PostgresMemory& memory, const Fit& fit);

}  // namespace headroom::heap
