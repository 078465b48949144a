#pragma once

#include "explain/testing/recorded_parts.h"

namespace headroom::testing_evidence {

/// Evidence of the kills that the explanation must get right, as a supervisor records them.

inline EvidenceBuilder KillSingle() {
  EvidenceBuilder builder;
  WithSnapshot(builder.Record(OwnLimitIncident()));
  builder.File("kernel/oom.log", OomLog({})).Record(SteadyLeak());
  return builder;
}

/// A child is killed; the init lives on.
inline EvidenceBuilder KillChild() {
  Incident incident = OwnLimitIncident();
  incident.init_alive = true;
  LoggedKill kill;
  kill.pid = 4400;
  kill.comm = "worker";
  Snapshot snapshot = TripwireSnapshot();
  snapshot.processes_total = 2;
  EvidenceBuilder builder;
  builder.Record(incident)
      .Record(snapshot)
      .Record(Processes({Process(4400, "worker", 59000), Process(kInit, "sh", 900)}))
      .File("before/smaps/4400", HeapSmaps("/usr/bin/worker"))
      .File("before/memory.stat", MemoryStatText(60600000, 0, 400000))
      .File("kernel/oom.log", OomLog(kill));
  return builder;
}

/// A cgroup made inside the container met its own, smaller limit.
inline EvidenceBuilder KillNested() {
  Incident incident = OwnLimitIncident();
  incident.init_alive = true;
  incident.levels[0] = Level(kCgroup, LevelRole::kContainer, Limit(Mebibytes(256)), 0, 1);
  incident.levels.push_back(
      Level(std::string(kCgroup) + "/job", LevelRole::kDescendant, Limit(Mebibytes(48)), 1, 1));
  LoggedKill kill;
  kill.pid = 4400;
  kill.oom_memcg = kill.task_memcg = std::string(kCgroup) + "/job";
  kill.limit_kb = 48 * 1024;
  kill.anon_kb = 48000;
  Snapshot snapshot = TripwireSnapshot();
  snapshot.cgroup = kill.oom_memcg;
  snapshot.memory_max = Limit(Mebibytes(48));
  EvidenceBuilder builder;
  builder.container().cgroup.limits.max = Limit(Mebibytes(256));
  builder.Record(incident)
      .Record(snapshot)
      .Record(Processes({Process(4400, "eat", 47000), Process(kInit, "nest", 900)}))
      .File("before/memory.stat", MemoryStatText(47000000, 0, 0))
      .File("kernel/oom.log", OomLog(kill));
  return builder;
}

/// memory.oom.group: three processes die, the first is counted and logged twice.
inline EvidenceBuilder KillGroup() {
  Incident incident = OwnLimitIncident();
  incident.oom_kill_to = 4;
  incident.levels[0].events.oom_kill = 4;
  incident.levels[0].events.oom_group_kill = 1;
  LoggedKill kill;
  kill.pid = 4400;
  kill.anon_kb = 21000;
  kill.group = {kInit, 4401};
  EvidenceBuilder builder;
  builder.Kind(BundleKind::kGroupKill)
      .Record(incident)
      .Record(TripwireSnapshot())
      .Record(Processes(
          {Process(4400, "eat", 20000), Process(4401, "eat", 19900), Process(kInit, "eat", 19800)}))
      .File("before/memory.stat", MemoryStatText(60600000, 0, 400000))
      .File("kernel/oom.log", OomLog(kill));
  return builder;
}

/// The slice above is the tighter limit; another container fills part of it.
inline EvidenceBuilder AncestorLimit() {
  Incident incident = OwnLimitIncident();
  incident.levels = {Level(kCgroup, LevelRole::kContainer, Limit(Mebibytes(512)), 0, 1),
                     Level("/box.slice", LevelRole::kAncestor, Limit(Mebibytes(64)), 1, 1)};
  LoggedKill kill;
  kill.oom_memcg = "/box.slice";
  kill.anon_kb = 40000;
  Snapshot snapshot = TripwireSnapshot();
  snapshot.trigger = "sample";
  snapshot.memory_max = Limit(Mebibytes(512));
  snapshot.memory_high.reset();
  snapshot.held.reset();
  snapshot.lifted_by = "not held";
  EvidenceBuilder builder;
  builder.container().cgroup.limits.max = Limit(Mebibytes(512));
  builder.container().ancestors[0].limits.max = Limit(Mebibytes(64));
  builder.Record(incident)
      .Record(snapshot)
      .Record(Processes({Process(kInit, "eat", 40000)}))
      .File("before/memory.stat", MemoryStatText(40000000, 0, 100000))
      .File("before/memory.current", "41943040\n")
      .File("cgroup/memory.max", "536870912\n")
      .File("cgroup/ancestors/00-box.slice/memory.max", "67108864\n")
      .File("kernel/oom.log", OomLog(kill));
  return builder;
}

/// The machine itself ran out; the container has no limit.
inline EvidenceBuilder HostOom() {
  Incident incident = OwnLimitIncident();
  incident.levels = {Level(kCgroup, LevelRole::kContainer, Limit::Unlimited(), 0, 1),
                     Level("/box.slice", LevelRole::kAncestor, Limit::Unlimited(), 0, 1)};
  incident.host_available = Mebibytes(51);
  LoggedKill kill;
  kill.oom_memcg.clear();
  EvidenceBuilder builder;
  builder.container().cgroup.limits.max = Limit::Unlimited();
  builder.Record(incident)
      .File("cgroup/memory.max", "max\n")
      .File("kernel/oom.log", OomLog(kill))
      .Missing("before", Outcome::kUnavailable, "no limit of its own, so no wire and no sample");
  return builder;
}

/// A file on /dev/shm fills the limit; the process itself is small.
inline EvidenceBuilder ShmFills() {
  LoggedKill kill;
  kill.comm = "shmfile";
  kill.anon_kb = 200;
  kill.shmem_kb = 900;
  kill.stat_anon = 300000;
  kill.stat_shmem = 64000000;
  ShmListing shm;
  shm.mount_point = "/dev/shm";
  shm.size = Limit(Mebibytes(256));
  shm.used = Bytes{62914560};
  shm.files = {{"/dev/shm/filler", Bytes{62914560}, Bytes{62914560}}};
  shm.total_files = 1;
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .Record(TripwireSnapshot())
      .Record(Processes({Process(kInit, "shmfile", 1100)}))
      .File("before/smaps/4321", HeapSmaps("/usr/bin/shmfile").substr(0, 130))
      .File("before/memory.stat", MemoryStatText(300000, 62914560, 100000))
      .Record(shm)
      .File("cgroup/memory.max", "67108864\n")
      .File("kernel/oom.log", OomLog(kill));
  return builder;
}

inline EvidenceBuilder Denied() {
  EvidenceBuilder builder;
  builder.Kind(BundleKind::kDenied);
  builder.container().engine = "docker";
  builder.container().name = "web";
  builder.container().image = "shop/api:1.4";
  builder.container().cgroup.limits.max = Limit::Unlimited();
  builder.container().findings = {
      {.rule = "memory-max-required",
       .action = "deny",
       .fact = "memory.max is max, so it can take all of the host's 7.8 GiB",
       .advice = "docker run --memory 512m ...",
       .fix_outcome = ""},
      {.rule = "shm-sized",
       .action = "warn",
       .fact = "/dev/shm may grow to 3.9 GiB",
       .advice = "docker run --shm-size 64m ...",
       .fix_outcome = ""}};
  return builder;
}

/// The supervisor was away: counters and the kernel's log, no snapshot.
inline EvidenceBuilder Inferred() {
  Incident incident = OwnLimitIncident();
  incident.confidence = "inferred";
  incident.detected_by = "adoption";
  incident.detected_boot = kKilledAt + 90s;
  incident.detected_wall = kKilledWall + 90s;
  EvidenceBuilder builder;
  builder.Record(incident)
      .File("kernel/oom.log", OomLog({}))
      .Missing("before", Outcome::kTooLate, "the supervisor was not running");
  return builder;
}

/// Counted, and nothing else is known.
inline EvidenceBuilder AlmostNothing() {
  Incident incident;
  incident.oom_kill_to = 2;
  incident.confidence = "subtree";
  incident.detected_by = "parent memory.events";
  incident.detected_wall = kKilledWall;
  incident.candidates = {"runc-0-web", "runc-0-db"};
  EvidenceBuilder builder;
  builder.Record(incident).Missing("before", Outcome::kTooLate, "the cgroup was gone");
  return builder;
}

/// Names that try to move the cursor, to forge a line, to be markup and to be no text at all.
inline constexpr const char* kHostileName =
    "x\x1b[2J\x1b[1;31m\nlimit  fine\r<script>\xff\xfe\x9b\\";

inline EvidenceBuilder Hostile() {
  LoggedKill kill;
  kill.comm = kHostileName;
  ShmListing shm;
  shm.mount_point = "/dev/shm";
  shm.files = {{std::string("/dev/shm/") + kHostileName, Mebibytes(30), Mebibytes(30)}};
  EvidenceBuilder builder;
  builder.container().engine = "docker";
  builder.container().name = kHostileName;
  builder.container().image = kHostileName;
  builder.Record(OwnLimitIncident())
      .Record(TripwireSnapshot())
      .Record(Processes({Process(kInit, kHostileName, 3000), Process(99, kHostileName, 59000)}))
      .Partial("before/smaps/4321",
               "00600000-05000000 rw-p 00000000 00:00 0 [anon:\x1b[31m]\n"
               "Rss:               57000 kB\n",
               std::string("cut short: ") + kHostileName)
      .File("before/memory.stat", "anon \x1b[31m\n")
      .Record(shm)
      .File("cgroup/memory.max", kHostileName)
      .File("kernel/oom.log", OomLog(kill));
  return builder;
}

/// Sat on a plateau with swap in use; the photograph is old by the time of the kill.
inline EvidenceBuilder DockerWithSwapAndOldSnapshot() {
  Snapshot snapshot = TripwireSnapshot();
  snapshot.taken_boot = kKilledAt - 42s;
  snapshot.taken_wall = kKilledWall - 42s;
  snapshot.held = 250ms;
  snapshot.lifted_by = "deadline";
  Incident incident = OwnLimitIncident();
  incident.suppressed = 2;
  EvidenceBuilder builder;
  builder.container().engine = "docker";
  builder.container().id = "3f1c9a1b2c3d";
  builder.container().name = "web";
  builder.container().image = "shop/api:1.4";
  builder.Record(incident)
      .Record(snapshot)
      .Record(Processes({Process(kInit, "python3", 58000), Process(4390, "helper", 4000)}))
      .Partial("before/smaps/4321", HeapSmaps(), "cut at the deadline after 2 of 3 mappings")
      .File("before/memory.stat", MemoryStatText(60600000, 0, 400000))
      .File("before/memory.swap.current", "33554432\n")
      .File("cgroup/memory.max", "67108864\n")
      .File("cgroup/memory.swap.max", "67108864\n")
      .File("kernel/oom.log", OomLog({.comm = "python3"}));
  return builder;
}

}  // namespace headroom::testing_evidence
