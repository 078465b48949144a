#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "kernel/proc/process.h"

namespace headroom {

/// before/snapshot.json, schema "headroom.snapshot/1": how the picture of a container that was
/// still alive came about.
struct Snapshot {
  std::optional<BootTime> taken_boot;
  std::optional<WallTime> taken_wall;
  std::string trigger;  ///< "tripwire", "sample", "limit-event", "threshold", "stall" or "snap"
  std::string cgroup;   ///< whose limit was near
  std::optional<Limit> memory_max;
  std::optional<Limit> memory_high;
  std::optional<Bytes> unreclaimable;
  std::optional<std::chrono::microseconds> held;  ///< nullopt: nothing was held
  /// It was frozen, policy `freeze`; nullopt: it was not.
  std::optional<std::chrono::microseconds> stood_still;
  std::string why_not_still;  ///< though policy wanted it; empty: it was, or was not to be
  std::string lifted_by;      ///< "snapshot done", "deadline" or "not held"
  std::optional<std::uint64_t> processes_total;
  std::optional<std::uint64_t> processes_with_smaps;
};
[[nodiscard]] std::string SerializeSnapshot(const Snapshot& snapshot);
[[nodiscard]] Result<Snapshot> ParseSnapshot(std::string_view text, std::string_view where);

/// What a process has on one memory node.
struct NodeBytes {
  std::uint64_t node = 0;
  Bytes bytes;

  bool operator==(const NodeBytes&) const = default;
};

/// A row of before/processes.json and after/survivors.json.
struct ProcessRow {
  ProcessId id;
  int parent = 0;    ///< 0: not known
  std::string comm;  ///< bytes; escape to print
  std::optional<std::uint64_t> uid;
  std::optional<std::uint64_t> threads;
  std::string state;  ///< one letter of proc(5), or empty
  std::optional<Bytes> rss;
  std::optional<Bytes> rss_anon;
  std::optional<Bytes> rss_file;
  std::optional<Bytes> rss_shmem;
  std::optional<Bytes> swap;
  std::optional<Bytes> page_tables;
  std::optional<std::int64_t> oom_score_adj;
  std::optional<std::uint64_t> oom_score;  ///< of the whole host, 0 to 2000, as the kernel rates it
  std::optional<Bytes> pss;                ///< shared pages divided among those who map them
  std::optional<Bytes> uss;                ///< private pages alone: what its death gives back
  std::optional<Bytes> swap_pss;
  std::optional<std::uint64_t> fds;  ///< open descriptors
  bool fds_truncated = false;        ///< there are more than `fds`
  std::optional<Limit> limit_as;     ///< soft limits, as setrlimit(2) has them
  std::optional<Limit> limit_data;   ///< (RLIMIT_AS, _DATA, _MEMLOCK)
  std::optional<Limit> limit_memlock;
  std::optional<std::uint64_t> limit_nofile;  ///< descriptors; the kernel has no unlimited one
  std::string wchan;  ///< what it waits for in state D, a function of the kernel; or empty
  std::vector<NodeBytes> numa;  ///< by memory node; empty: not read
  std::string cgroup;
  std::optional<BootTime> read_boot;
};

/// The process table of a container, largest first by the kernel's badness.
struct ProcessTable {
  std::vector<ProcessRow> processes;
  std::optional<std::uint64_t> total;  ///< there may be more than rows
  bool truncated = false;
};
[[nodiscard]] std::string SerializeProcesses(const ProcessTable& table);
[[nodiscard]] Result<ProcessTable> ParseProcesses(std::string_view text, std::string_view where);

}  // namespace headroom
