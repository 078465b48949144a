#include "explain/study/cause.h"

#include <algorithm>
#include <csignal>

#include "explain/study/circumstance.h"

namespace headroom {
namespace {

/// The kernel always says so in its log; without that, the counters do. Those of a cgroup
/// below that is seen for the first time may tell of an earlier incident, so that the log decides
/// where there is one.
bool GroupWasKilled(const Case& the_case) {
  if (const OomEvent* event = the_case.event()) return event->group_kill;
  if (!the_case.inputs.incident) return false;
  const auto& levels = the_case.inputs.incident->levels;
  return std::any_of(levels.begin(), levels.end(), [](const IncidentLevel& level) {
    return level.role != LevelRole::kAncestor && level.events.oom_group_kill.value_or(0) > 0;
  });
}

/// The init lives on, so whoever was killed was another.
bool ChildWasKilled(const Case& the_case) {
  const auto& incident = the_case.inputs.incident;
  const bool init_lives = incident && incident->init_alive.value_or(false);
  return init_lives && !the_case.victim.is_init && the_case.kills.value_or(0) > 0;
}

/// The container has ended as well, and its init was none of the killed.
bool ChildWasKilledBefore(const Case& the_case) {
  return InitWasSpared(the_case) && the_case.kills.value_or(0) > 0;
}

/// Whether the figures are of the cgroup whose limit was met.
bool IsOfTheLevel(const Case& the_case, const std::string& cgroup) {
  const LimitLevel& level = the_case.level;
  if (level.kind == LevelKind::kDescendant) return cgroup == level.path;
  return level.kind != LevelKind::kOwn || cgroup == level.path || cgroup == the_case.inputs.path();
}

/// Whether so much of the limit is accounted for that the largest part tells what filled it. Locked
/// page cache, say, is in none of the parts; a sample may be of long before it was full.
bool AccountsForTheLimit(const Case& the_case, Bytes known) {
  std::optional<Limit> limit = the_case.level.limit;
  if (the_case.level.with_swap) {
    // What lies in swap is in none of the parts.
    const OomEvent* event = the_case.event();
    limit = event != nullptr && event->limit ? std::optional(Limit(*event->limit)) : std::nullopt;
  }
  if (!limit || limit->unlimited()) return true;
  return Share(known, limit->bytes()) >= 0.5;
}

std::optional<Part> PartOf(const Case& the_case, const Filling& filling) {
  const bool tells = IsOfTheLevel(the_case, filling.cgroup) &&
                     AccountsForTheLimit(the_case, NotReclaimable(filling));
  return tells ? LargestPart(filling) : std::nullopt;
}

Cause CauseOf(Part part) {
  switch (part) {
    case Part::kAnon:
      return Cause::kLimitAnon;
    case Part::kShmem:
      return Cause::kLimitShmem;
    case Part::kKernel:
      return Cause::kLimitKernel;
    case Part::kDirty:
      return Cause::kLimitFileDirty;
  }
  return Cause::kUnknown;
}

}  // namespace

bool InitWasSpared(const Case& the_case) {
  const auto& incident = the_case.inputs.incident;
  const bool has_ended = incident && incident->init_alive.has_value() && !*incident->init_alive;
  // A kill of confidence subtree may be of another container altogether.
  const bool is_its_own = the_case.confidence != Confidence::kSubtree;
  if (!has_ended || !is_its_own || the_case.init_killed) return false;
  if (incident->init_exit) return incident->init_exit->status.signal != SIGKILL;
  return AllAreNamed(the_case);
}

bool AllAreNamed(const Case& the_case) {
  return ProcessesKilled(the_case.inputs).value_or(0) >= the_case.kills.value_or(0);
}

std::optional<Part> WhatFilled(const Case& the_case) {
  const Inputs& inputs = the_case.inputs;
  if (const auto printed = FillingInReport(inputs, the_case.event(), the_case.level)) {
    return PartOf(the_case, *printed);
  }
  if (the_case.held) {
    if (const auto part = PartOf(the_case, *the_case.held)) return part;
  }
  if (const auto sampled = FillingInTimeline(inputs)) {
    if (const auto part = PartOf(the_case, *sampled)) return part;
  }
  const Victim& victim = the_case.victim;
  if (!victim.anon || !victim.shmem) return std::nullopt;
  if (!AccountsForTheLimit(the_case, *victim.anon + *victim.shmem)) return std::nullopt;
  return *victim.anon >= *victim.shmem ? Part::kAnon : Part::kShmem;
}

Cause DecideCause(const Case& the_case) {
  if (GroupWasKilled(the_case)) return Cause::kGroupKill;
  switch (the_case.level.kind) {
    case LevelKind::kHost:
      return Cause::kHostOom;
    case LevelKind::kAncestor:
      return Cause::kAncestorLimit;
    case LevelKind::kByHand:  // nobody wanted memory: no cause of an OOM fits
    case LevelKind::kUnknown:
      return ChildWasKilled(the_case) || ChildWasKilledBefore(the_case) ? Cause::kChildKilled
                                                                        : Cause::kUnknown;
    case LevelKind::kOwn:
    case LevelKind::kDescendant:
      break;
  }
  if (ChildWasKilled(the_case)) return Cause::kChildKilled;
  if (FindEarlyDeath(the_case)) return Cause::kStartupOom;
  if (ChildWasKilledBefore(the_case)) return Cause::kChildKilled;
  return the_case.filled ? CauseOf(*the_case.filled) : Cause::kUnknown;
}

}  // namespace headroom
