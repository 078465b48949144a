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
  kill.limit_kb = 49152;
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

/// The same, and it was recorded who else was there: a sibling has most of it, and asked for the
/// last page.
inline EvidenceBuilder SiblingHolds() {
  Neighbours neighbours;
  neighbours.level = "/box.slice";
  neighbours.cgroups = {{.path = "/box.slice/hog",
                         .current = Mebibytes(50),
                         .anon = Mebibytes(48),
                         .max = Limit::Unlimited(),
                         .trigger = true},
                        {.path = kCgroup, .current = Kibibytes(700), .container = true}};
  neighbours.cgroups[1].victim = true;
  neighbours.total = 2;
  neighbours.host_free = Mebibytes(2900);
  neighbours.host_available = Mebibytes(3174);
  neighbours.trigger = OomTrigger{.pid = 77, .comm = "hog", .cgroup = "/box.slice/hog"};
  EvidenceBuilder builder = AncestorLimit();
  return builder.Record(neighbours);
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

}  // namespace headroom::testing_evidence
