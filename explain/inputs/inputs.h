#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/earlier_map.h"
#include "evidence/evidence.h"
#include "evidence/incident.h"
#include "evidence/kept_log.h"
#include "evidence/neighbours.h"
#include "evidence/oom_record.h"
#include "evidence/pre_kill_result.h"
#include "evidence/shared_memory.h"
#include "evidence/signals.h"
#include "evidence/snapshot.h"
#include "evidence/timeline.h"
#include "kernel/cgroup/memory_stat.h"
#include "kernel/kmsg/oom_log.h"

namespace headroom {

/// A file that was recorded and could not be understood.
struct UnreadableFile {
  std::string file;
  std::string why;  ///< may hold bytes of the container: escape to print
};

/// The files of an Evidence, typed. What was not recorded, or could not be understood, is absent;
/// the latter is listed in `unreadable`.
struct Inputs {
  const Evidence& evidence;
  std::optional<Incident> incident;
  std::optional<Snapshot> snapshot;
  std::optional<ProcessTable> processes;
  std::optional<ShmListing> shm;
  std::optional<TmpfsTable> tmpfs;
  std::optional<SharedMemory> shared;
  std::optional<Neighbours> neighbours;
  std::optional<Recording> timeline;
  std::optional<SignalRecord> signals;
  std::optional<MemoryStat> stat;     ///< before/memory.stat
  std::optional<EarlierMap> earlier;  ///< before/earlier.json
  std::optional<KeptLog> log;         ///< container/log.txt
  std::optional<KeptLog> kubelet;     ///< host/kubelet.log
  std::optional<KeptLog> unit_log;    ///< host/unit.log
  std::optional<PreKillResult> pre_kill;
  std::vector<OomEvent> oom;  ///< of this container; from the raw log, else from oom.json
  std::string oom_file;       ///< which of the two; empty when neither
  std::vector<UnreadableFile> unreadable;

  /// The cgroup whose container this is about.
  [[nodiscard]] const std::string& path() const { return evidence.container.cgroup.path; }
};

/// `evidence` is borrowed and must outlive the result.
[[nodiscard]] Inputs ReadInputs(const Evidence& evidence);

/// The name under which `file`, one of cgroup v2's like "cgroup/memory.max", was recorded: on v1
/// "cgroup/memory.limit_in_bytes". `file` itself where neither was.
[[nodiscard]] std::string RecordedName(const Evidence& evidence, std::string_view file);

/// "cgroup/memory.max" and the like: a number or "max" in a file of its own; of a bundle from
/// cgroup v1 what says the same there, with memory.swap.* as what is beyond memory in
/// memory.memsw.*.
[[nodiscard]] std::optional<Limit> LimitInFile(const Evidence& evidence, std::string_view file);
[[nodiscard]] std::optional<Bytes> BytesInFile(const Evidence& evidence, std::string_view file);

}  // namespace headroom
