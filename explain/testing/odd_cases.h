#pragma once

#include "explain/testing/recorded_parts.h"

namespace headroom::testing_evidence {

/// Evidence of what is no ordinary kill, or of one that little or hostile evidence is left of.

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

/// The runtime itself was killed, before it could start the program.
inline EvidenceBuilder FailedStart() {
  LoggedKill kill;
  kill.comm = "runc:[2:INIT]";
  kill.limit_kb = 4096;
  kill.anon_kb = 3100;
  kill.stat_anon = 3100 << 10U;
  EvidenceBuilder builder;
  builder.container().engine = "podman";
  builder.container().enrolled_boot = kKilledAt - 200ms;
  builder.container().cgroup.limits.max = Limit(Mebibytes(4));
  builder.Record(OwnLimitIncident())
      .File("kernel/oom.log", OomLog(kill))
      .Missing("before", Outcome::kTooLate, "its limit is too small to stand a wire below it");
  return builder;
}

/// Names that try to move the cursor, to forge a line, to be markup and to be no text at all.
inline constexpr const char* kHostileName =
    "x\x1b[2J\x1b[1;31m\nlimit  fine\r<script>\xff\xfe\x9b\\";

/// The host's kill, but that nothing asked for memory: SysRq f (drivers/tty/sysrq.c,
/// moom_callback).
inline EvidenceBuilder KillByHand() {
  LoggedKill kill;
  kill.oom_memcg.clear();
  std::string log = OomLog(kill);
  const std::string order = "order=0";
  log.replace(log.find(order), order.size(), "order=-1");
  EvidenceBuilder builder;
  Incident incident = OwnLimitIncident();
  incident.levels = {Level(kCgroup, LevelRole::kContainer, Limit::Unlimited(), 0, 1),
                     Level("/box.slice", LevelRole::kAncestor, Limit::Unlimited(), 0, 1)};
  builder.container().cgroup.limits.max = Limit::Unlimited();
  builder.Record(incident)
      .File("cgroup/memory.max", "max\n")
      .File("host/meminfo", "MemTotal: 8000000 kB\nMemAvailable: 6000000 kB\n")
      .File("kernel/oom.log", log);
  return builder;
}

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
