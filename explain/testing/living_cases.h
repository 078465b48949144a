#pragma once

#include <utility>

#include "explain/testing/recorded_parts.h"

namespace headroom::testing_evidence {

/// Evidence of containers that live, as a supervisor records them when it is asked to.

/// Twenty samples, one a second; `fill` gets each with its number.
template <typename Fill>
Recording EverySecond(Fill fill) {
  Recording recording;
  for (unsigned i = 0; i < 20; ++i) {
    Sample sample;
    sample.at = kKilledAt - 500ms - std::chrono::seconds(19 - i);
    sample.wall = kKilledWall - 500ms - std::chrono::seconds(19 - i);
    sample.current = Mebibytes(63);
    sample.anon = Mebibytes(20);
    sample.shmem = Bytes{0};
    sample.some_us = 1000;
    sample.full_us = 1000;
    sample.max = 0;
    sample.high = 0;
    sample.oom_kill = 0;
    sample.refaults = 0;
    fill(sample, i);
    recording.samples.push_back(sample);
  }
  return recording;
}

/// 2000 pages a second are read again, and 30 % of the time all wait.
inline Recording Thrash() {
  return EverySecond([](Sample& sample, unsigned i) {
    sample.refaults = 2000 * i;
    sample.full_us = sample.some_us = 300'000 * i;
    sample.max = 50 * i;
  });
}

/// 2 MiB a second, up to 40 MiB.
inline Recording LeakOfALivingOne() {
  return EverySecond([](Sample& sample, unsigned i) {
    sample.anon = Mebibytes(2 + 2 * i);
    sample.current = Mebibytes(4 + 2 * i);
  });
}

/// memory.high is passed 100 times a second, and 60 % of the time all wait.
inline Recording Throttled() {
  return EverySecond([](Sample& sample, unsigned i) {
    sample.anon = Mebibytes(45);
    sample.high = 100 * i;
    sample.full_us = sample.some_us = 600'000 * i;
  });
}

/// What `headroom snap` leaves of a container with a limit of 64 MiB.
inline EvidenceBuilder Snap(const Recording& recording, std::uint64_t anon_mebibytes) {
  Incident incident = OwnLimitIncident();
  incident.oom_kill_to = 0;
  incident.detected_boot = kKilledAt;
  incident.detected_wall = kKilledWall;
  incident.detected_by = "asked for";
  incident.init_alive = true;
  for (IncidentLevel& level : incident.levels) level.events = Events(0, 0);
  for (IncidentLevel& level : incident.levels) level.events_local = Events(0, 0);
  Snapshot snapshot = TripwireSnapshot();
  snapshot.trigger = "sample";
  snapshot.held.reset();
  snapshot.memory_high.reset();
  snapshot.lifted_by = "not held";
  EvidenceBuilder builder;
  builder.Kind(BundleKind::kSnap)
      .Record(incident)
      .Record(snapshot)
      .Record(Processes({Process(kInit, "eat", anon_mebibytes * 1024)}))
      .File("before/memory.stat",
            MemoryStatText(anon_mebibytes << 20U, 0, 4 << 20U) + "workingset_refault_file 1000\n")
      .File("cgroup/memory.max", "67108864\n")
      .File("cgroup/memory.swap.max", "0\n")
      .Record(recording);
  return builder;
}

inline EvidenceBuilder SnapOfALevelOne() {
  return Snap(EverySecond([](Sample& sample, unsigned) { sample.current = Mebibytes(30); }), 20);
}

inline EvidenceBuilder SnapOfALeak() { return Snap(LeakOfALivingOne(), 40); }

inline EvidenceBuilder SnapOfThrash() { return Snap(Thrash(), 10); }

inline EvidenceBuilder SnapOfThrottled() {
  EvidenceBuilder builder = Snap(Throttled(), 45);
  builder.File("cgroup/memory.high", "50331648\n");
  return builder;
}

}  // namespace headroom::testing_evidence
