#pragma once

#include <string>

#include "evidence/earlier_map.h"
#include "evidence/shared_memory.h"
#include "explain/testing/golden_cases.h"

namespace headroom::testing_evidence {

/// A container in which everything is: seven minutes of samples with a pause in which nobody
/// looked, all parts of memory, several processes, a map with many mappings and files on /dev/shm.
inline Recording BusyTimeline() {
  Recording recording;
  const auto add = [&](std::chrono::milliseconds before, std::uint64_t mebibytes, bool with_stat) {
    Sample sample;
    sample.at = kKilledAt - before;
    sample.wall = kKilledWall - before;
    sample.current = Mebibytes(mebibytes);
    sample.swap = Bytes{};
    sample.oom_kill = 0;
    sample.high = before < 900ms ? 3U : 0U;
    sample.max = before < 200ms ? 1U : 0U;
    sample.armed = before >= 900ms && before < 40s;
    if (with_stat) {
      sample.kernel = Mebibytes(3 + mebibytes / 60);
      sample.shmem = Mebibytes(mebibytes / 5);
      sample.file = *sample.shmem + Mebibytes(before > 60s ? 34 : 6);
      sample.anon = *sample.current - *sample.kernel - *sample.file;
      sample.some_us = before < 900ms ? 5200U : 0U;
    }
    recording.samples.push_back(sample);
  };
  for (int i = 0; i < 38; ++i) {
    const auto before = 421s - 10s * i;
    if (before < 300s && before > 190s) continue;  // the supervisor was away
    add(before, 70U + static_cast<std::uint64_t>(i) + static_cast<std::uint64_t>(i % 3), true);
  }
  for (int i = 0; i < 36; ++i) {
    add(40s - 1s * i, 112U + 3U * static_cast<std::uint64_t>(i), true);
  }
  for (int i = 0; i < 34; ++i) {
    add(3400ms - 100ms * i, 221U + static_cast<std::uint64_t>(i), i % 10 == 0);
  }
  return recording;
}

inline std::string MappingText(std::uint64_t start, std::uint64_t kilobytes,
                               std::string_view name) {
  return fmt::format(
      "{:08x}-{:08x} rw-p 00000000 00:00 0 {}\nSize: {} kB\nRss: {} kB\nSwap: 0 kB\n"
      "VmFlags: rd wr mr mw me ac \n",
      start, start + kilobytes * 1024, name, kilobytes, kilobytes);
}

inline std::string BusySmaps() {
  std::string text = MappingText(0x5000'0000, 118'000, "[heap]");
  for (std::uint64_t i = 0; i < 9; ++i) {
    text += MappingText(0x9000'0000 + i * 0x200'0000, 2'000 + i * 300, "");
  }
  text += MappingText(0x7f00'0000'0000, 9'400, "/usr/lib/python3.11/lib-dynload/_decimal.so");
  text += MappingText(0x7f00'2000'0000, 30'000, "/dev/shm/psm_81ab");
  text += MappingText(0x7ffc'0000'0000, 132, "[stack]");
  return text;
}

inline ProcessTable BusyProcesses() {
  ProcessTable table =
      Processes({Process(kInit, "python3", 181'000), Process(4388, "worker", 22'000),
                 Process(4390, "worker", 18'500), Process(4402, "sh", 900)});
  for (ProcessRow& row : table.processes) {
    row.rss_anon = Bytes{row.rss->value / 5 * 4};
    row.rss_shmem = Bytes{row.rss->value / 6};
    row.swap = Bytes{};
  }
  table.processes[3].oom_score_adj = -500;
  return table;
}

/// Two seconds before the map that lies whole in the bundle, the heap was smaller.
inline EarlierMap BusyEarlier() {
  EarlierMap map{.id = {.pid = kInit, .start_ticks = Process(kInit, "", 0).id.start_ticks},
                 .taken = kKilledAt - 2500ms,
                 .groups = {}};
  map.groups = GroupMappings(BusySmaps()).value();
  for (MappingGroup& group : map.groups) {
    if (group.kind == MappingKind::kHeap) group.rss = group.rss - Mebibytes(20);
  }
  return map;
}

inline TmpfsTable BusyTmpfs() {
  TmpfsTable table;
  table.mounts.resize(2);
  table.mounts[0] = {.mount_point = "/scratch",
                     .size = Limit(Mebibytes(100)),
                     .used = Mebibytes(14),
                     .files = {{"/scratch/sort/chunk-0001", Mebibytes(9), Mebibytes(9)},
                               {"/scratch/sort/chunk-0002", Mebibytes(4), Mebibytes(4)}},
                     .total_files = 12};
  table.mounts[1] = {.mount_point = "/run", .size = Limit::Unlimited(), .used = Bytes{4096}};
  table.total = 2;
  return table;
}

inline SharedMemory BusyShared() {
  SharedMemory shared;
  shared.pieces = {{.kind = "memfd",
                    .name = "frame-pool",
                    .inode = 1031,
                    .size = Mebibytes(16),
                    .allocated = Mebibytes(12),
                    .owners = {{.pid = kInit, .comm = "python3"}, {.pid = 4388, .comm = "worker"}},
                    .total_owners = 2},
                   {.kind = "sysv",
                    .name = "0000002a",
                    .inode = 3,
                    .allocated = Mebibytes(2),
                    .owners = {{.pid = 4390, .comm = "worker"}},
                    .total_owners = 1},
                   {.kind = "deleted", .name = "/dev/shm/old", .inode = 9, .owners = {}}};
  shared.total = 3;
  return shared;
}

inline EvidenceBuilder Busy() {
  constexpr std::uint64_t kLimit = 256;
  LoggedKill kill;
  kill.comm = "python3";
  kill.limit_kb = kLimit * 1024;
  kill.anon_kb = 145'000;
  kill.shmem_kb = 31'000;
  kill.stat_anon = 196'000'000;
  kill.stat_shmem = 53'000'000;
  Snapshot snapshot = TripwireSnapshot();
  snapshot.memory_max = Limit(Mebibytes(kLimit));
  snapshot.memory_high = Limit(Mebibytes(246));
  snapshot.processes_total = 4;
  Incident incident = OwnLimitIncident();
  incident.levels[0].memory_max = Limit(Mebibytes(kLimit));
  ShmListing shm;
  shm.mount_point = "/dev/shm";
  shm.size = Limit(Mebibytes(64));
  shm.used = Mebibytes(49);
  shm.files = {{"/dev/shm/psm_81ab", Mebibytes(31), Mebibytes(31)},
               {"/dev/shm/cache.idx", Mebibytes(18), Mebibytes(18)}};
  shm.total_files = 2;
  EvidenceBuilder builder;
  builder.container().engine = "docker";
  builder.container().id = "3f1c9a1b2c3d";
  builder.container().name = "web";
  builder.container().image = "shop/api:1.4";
  builder.container().cgroup.limits.max = Limit(Mebibytes(kLimit));
  builder.Record(incident)
      .Record(snapshot)
      .Record(BusyProcesses())
      .File("before/smaps/4321", BusySmaps())
      .File("before/memory.stat", MemoryStatText(188'000'000, 51'000'000, 6'291'456))
      .File("before/memory.pressure",
            "some avg10=1.20 avg60=0.20 avg300=0.04 total=5200\n"
            "full avg10=1.10 avg60=0.19 avg300=0.04 total=4900\n")
      .Record(shm)
      .File("before/tmpfs.json", SerializeTmpfs(BusyTmpfs()))
      .File("before/shared_memory.json", SerializeSharedMemory(BusyShared()))
      .File("before/earlier.json", SerializeEarlierMap(BusyEarlier()))
      .File("cgroup/memory.max", "268435456\n")
      .File("cgroup/memory.swap.max", "0\n")
      .File("kernel/oom.log", OomLog(kill))
      .Record(BusyTimeline())
      .Missing("after/survivors.json", Outcome::kTooLate, "the container's cgroup was removed");
  return builder;
}

/// What pages are tried with: every verdict that people should read, and this one.
inline std::vector<GoldenCase> PageCases() {
  std::vector<GoldenCase> cases = GoldenCases();
  cases.push_back({"busy", Busy()});
  return cases;
}

}  // namespace headroom::testing_evidence
