#pragma once

#include "explain/testing/evidence_builder.h"

namespace headroom::testing_evidence {

/// What a supervisor records of an ordinary kill, piece by piece; the cases change what they differ
/// in.

inline Incident OwnLimitIncident() {
  Incident incident;
  incident.generation = "boot-42-777";
  incident.oom_kill_to = 1;
  incident.confidence = "observed";
  incident.detected_by = "memory.events";
  incident.detected_boot = kKilledAt + 12ms;
  incident.detected_wall = kKilledWall + 12ms;
  incident.levels = {
      Level(kCgroup, LevelRole::kContainer, Limit(Mebibytes(64)), 1, 1),
      Level("/box.slice", LevelRole::kAncestor, Limit::Unlimited(), 0, 1),
  };
  incident.init = ProcessId{.pid = kInit, .start_ticks = 777};
  incident.init_alive = false;
  incident.host_available = Mebibytes(3174);
  return incident;
}

inline Snapshot TripwireSnapshot() {
  Snapshot snapshot;
  snapshot.taken_boot = kKilledAt - 400ms;
  snapshot.taken_wall = kKilledWall - 400ms;
  snapshot.trigger = "tripwire";
  snapshot.cgroup = kCgroup;
  snapshot.memory_max = Limit(Mebibytes(64));
  snapshot.memory_high = Limit(Mebibytes(60));
  snapshot.unreclaimable = Mebibytes(60);
  snapshot.held = 11ms;
  snapshot.lifted_by = "snapshot done";
  snapshot.processes_total = 1;
  snapshot.processes_with_smaps = 1;
  return snapshot;
}

inline ProcessRow Process(int pid, std::string comm, std::uint64_t rss_kb) {
  ProcessRow row;
  row.id = {.pid = pid, .start_ticks = 777};
  row.comm = std::move(comm);
  row.rss = Kibibytes(rss_kb);
  row.oom_score_adj = 0;
  row.cgroup = kCgroup;
  return row;
}

inline ProcessTable Processes(std::vector<ProcessRow> rows) {
  ProcessTable table;
  table.total = rows.size();
  table.processes = std::move(rows);
  return table;
}

/// A map whose heap holds nearly all; 59,000 kB resident in all.
inline std::string HeapSmaps(std::string_view binary = "/usr/bin/eat") {
  return fmt::format(
      "00400000-00500000 r-xp 00000000 08:01 131 {}\n"
      "Size:               1024 kB\nRss:                1000 kB\nVmFlags: rd ex mr mw me \n"
      "00600000-05000000 rw-p 00000000 00:00 0 [heap]\n"
      "Size:              75776 kB\nRss:               57000 kB\nVmFlags: rd wr mr mw me ac \n"
      "7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0 [stack]\n"
      "Size:                132 kB\nRss:                1000 kB\nVmFlags: rd wr mr mw me gd ac \n",
      binary);
}

/// A steady rise of 6 MiB a second, once a second, up to half a second before the kill.
inline Recording SteadyLeak() {
  Recording recording;
  for (int i = 0; i < 9; ++i) {
    Sample sample;
    sample.at = kKilledAt - 500ms - std::chrono::seconds(8 - i);
    sample.wall = kKilledWall - 500ms - std::chrono::seconds(8 - i);
    sample.current = Mebibytes(12 + static_cast<std::uint64_t>(i) * 6);
    sample.oom_kill = 0;
    recording.samples.push_back(sample);
  }
  return recording;
}

inline std::string MemoryStatText(std::uint64_t anon, std::uint64_t shmem, std::uint64_t cache) {
  return fmt::format(
      "anon {}\nfile {}\nkernel 1048576\nsock 0\nshmem {}\nfile_dirty 0\nfile_writeback 0\n"
      "slab_reclaimable 200000\nslab_unreclaimable 300000\n",
      anon, shmem + cache, shmem);
}

/// Everything before the kill that the tripwire saw.
inline EvidenceBuilder& WithSnapshot(EvidenceBuilder& builder) {
  return builder.Record(TripwireSnapshot())
      .Record(Processes({Process(kInit, "eat", 59000)}))
      .File("before/smaps/4321", HeapSmaps())
      .File("before/memory.stat", MemoryStatText(60600000, 0, 400000))
      .File("cgroup/memory.max", "67108864\n")
      .File("cgroup/memory.swap.max", "0\n");
}

}  // namespace headroom::testing_evidence
