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
#include "evidence/init_exit.h"
#include "evidence/stall.h"
#include "kernel/cgroup/memory_events.h"
#include "kernel/proc/process.h"

namespace headroom {

/// What one level of the tree has to do with the container.
enum class LevelRole { kContainer, kDescendant, kAncestor };
[[nodiscard]] std::string_view LevelRoleName(LevelRole role);
[[nodiscard]] std::optional<LevelRole> ParseLevelRole(std::string_view name);

/// What was counted at one level since its baseline.
struct IncidentLevel {
  std::string path;  ///< below the cgroup mount
  LevelRole role = LevelRole::kContainer;
  bool removed = false;                      ///< it was gone when it was read for the last time
  std::optional<Limit> memory_max;           ///< nullopt: not known
  MemoryEvents events;                       ///< differences; an absent counter is not known
  std::optional<MemoryEvents> events_local;  ///< nullopt: no memory.events.local
};

/// incident.json, schema "headroom.incident/1": what was counted where.
struct Incident {
  std::string generation;
  std::uint64_t oom_kill_from = 0;
  std::uint64_t oom_kill_to = 0;
  std::string confidence;  ///< "observed", "subtree" or "inferred"
  /// "memory.events", "parent memory.events", "kernel log", "adoption", "exit status" or, of a
  /// stall, "memory.pressure".
  std::string detected_by;
  std::optional<BootTime> detected_boot;
  std::optional<WallTime> detected_wall;
  /// What a stamp of the kernel's log lacks to be a boot time (CLOCK_BOOTTIME), as measured when
  /// the incident was closed; time that the machine was suspended is in it. Negative: the log's
  /// clock is ahead. nullopt: not measured, which is not zero.
  std::optional<std::chrono::microseconds> log_clock_lag;
  std::uint64_t suppressed = 0;         ///< incidents before, told in this one: they came too fast
  std::vector<std::string> candidates;  ///< container keys, for confidence "subtree"
  std::vector<IncidentLevel> levels;    ///< the container's, its ancestors upwards, descendants
  std::optional<ProcessId> init;
  std::optional<bool> init_alive;
  std::optional<InitExit> init_exit;    ///< nullopt: not known, or it lives
  std::optional<Bytes> host_available;  ///< MemAvailable of the host
  std::optional<StallRecord> stall;     ///< of a bundle of the kind stall

  /// The container's own level; nullptr when it is not recorded.
  [[nodiscard]] const IncidentLevel* Own() const;
};
[[nodiscard]] std::string SerializeIncident(const Incident& incident);
[[nodiscard]] Result<Incident> ParseIncident(std::string_view text, std::string_view where);

}  // namespace headroom
