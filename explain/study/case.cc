#include "explain/study/case.h"

#include <algorithm>
#include <cstdlib>

#include "explain/study/cause.h"

namespace headroom {
namespace {

using std::chrono::nanoseconds;

/// The kernel's log has a clock of its own. With its lag measured, a stamp is at most one tick
/// early, for which that clock may stand still (kernel/sched/clock.c, sched_clock_local): 10 ms
/// with HZ=100.
constexpr std::chrono::milliseconds kTick{10};
/// Without, it is off by all of the lag. The little that every machine with an unstable counter has
/// is forgiven.
constexpr std::chrono::milliseconds kUnmeasuredLag{50};
/// The kernel wakes a watcher within 20 ms; more is the lag of its log's clock, where nobody has
/// measured it. It may be seconds in a month.
constexpr std::chrono::seconds kLongestDetection{1};
constexpr std::chrono::hours kLongestUptime{24 * 365 * 70};

Confidence ConfidenceOf(const Inputs& inputs) {
  if (!inputs.incident) return Confidence::kInferred;
  if (inputs.incident->confidence == "observed") return Confidence::kObserved;
  if (inputs.incident->confidence == "subtree") return Confidence::kSubtree;
  return Confidence::kInferred;
}

std::optional<std::chrono::microseconds> LogClockLag(const Case& the_case) {
  const auto& incident = the_case.inputs.incident;
  return incident ? incident->log_clock_lag : std::nullopt;
}

/// By how much a kill of the log may seem earlier, against our clock, than it was.
nanoseconds ClockSlack(const Case& the_case) {
  return LogClockLag(the_case) ? kTick : kUnmeasuredLag;
}

/// By our clock, as far as the lag of the log's is known.
std::optional<BootTime> KillInLog(const Case& the_case) {
  const OomEvent* event = the_case.event();
  if (event == nullptr) return std::nullopt;
  const auto& victims = event->victims;
  const auto stamp = victims.empty() ? event->since_boot : victims.front().since_boot;
  if (stamp.count() <= 0 || stamp >= kLongestUptime) return std::nullopt;
  const nanoseconds at = stamp + LogClockLag(the_case).value_or(std::chrono::microseconds(0));
  return at.count() > 0 ? std::optional(at) : std::nullopt;
}

/// The kernel's own time where its clock can be believed. Nobody sees a kill before it happens: a
/// later time in the log (the machine slept since, or the lag was measured late) is not it. And
/// where the lag is not known, a kill that was seen as it happened was also seen soon: a log time
/// much before that is off, and ours is the better one.
std::optional<BootTime> KilledAt(const Case& the_case) {
  const auto logged = KillInLog(the_case);
  const auto& incident = the_case.inputs.incident;
  const auto detected = incident ? incident->detected_boot : std::nullopt;
  const bool seen = the_case.confidence != Confidence::kInferred;
  if (!logged) return seen ? detected : std::nullopt;
  if (!detected) return logged;
  if (*logged > *detected + ClockSlack(the_case)) return seen ? detected : std::nullopt;
  const bool guessed = !LogClockLag(the_case);
  if (guessed && seen && *detected - *logged > kLongestDetection) return detected;
  return std::min(*logged, *detected);
}

std::optional<WallTime> KilledWall(const Case& the_case) {
  const auto& incident = the_case.inputs.incident;
  if (!incident || !incident->detected_wall || !the_case.killed_at) return std::nullopt;
  if (!incident->detected_boot) return incident->detected_wall;
  return *incident->detected_wall - (*incident->detected_boot - *the_case.killed_at);
}

/// What the kernel printed at the kill is better than a snapshot that is old.
std::optional<Filling> HeldBy(const Case& the_case) {
  const Inputs& inputs = the_case.inputs;
  if (IsStale(SnapshotAge(the_case))) {
    auto printed = FillingInReport(inputs, the_case.event(), the_case.level);
    if (printed) return printed;
  }
  return FindFilling(inputs, the_case.event(), the_case.level);
}

/// What filled the limit is then no longer seen but concluded.
bool RestsOnOldSnapshot(const Case& the_case) {
  switch (the_case.cause) {
    case Cause::kLimitAnon:
    case Cause::kLimitShmem:
    case Cause::kLimitFileDirty:
    case Cause::kLimitKernel:
      return the_case.confidence == Confidence::kObserved && the_case.held &&
             !the_case.held->at_kill && IsStale(SnapshotAge(the_case));
    default:
      return false;
  }
}

/// Processes, where a report names them; else what the counter rose by.
std::optional<std::uint64_t> Kills(const Inputs& inputs) {
  const auto processes = ProcessesKilled(inputs);
  if (!inputs.incident) return processes;
  const std::uint64_t counted = inputs.incident->oom_kill_to - inputs.incident->oom_kill_from;
  const bool group = std::any_of(inputs.oom.begin(), inputs.oom.end(),
                                 [](const OomEvent& event) { return event.group_kill; });
  if (group && processes) return processes;
  return std::max(counted, processes.value_or(0));
}

}  // namespace

std::optional<nanoseconds> SectionAge(const Case& the_case, std::string_view section) {
  const auto age = SnapshotAge(the_case);
  const ManifestRow* row = the_case.evidence().manifest.Find(section);
  if (!age || row == nullptr || !row->captured_boot) return age;
  return std::max(*age, nanoseconds(*the_case.killed_at - *row->captured_boot));
}

bool IsStale(std::optional<nanoseconds> age) { return age && *age > kStaleSnapshot; }

std::optional<nanoseconds> SnapshotAge(const Case& the_case) {
  const auto& snapshot = the_case.inputs.snapshot;
  if (!snapshot || !snapshot->taken_boot || !the_case.killed_at) return std::nullopt;
  const nanoseconds age = *the_case.killed_at - *snapshot->taken_boot;
  if (age < -ClockSlack(the_case)) return std::nullopt;
  return std::max(age, nanoseconds(0));
}

namespace {

/// Of a container that lives there is no kill to explain, and the limit to judge it by is its own.
void StudyAlive(Case& the_case) {
  const auto& incident = the_case.inputs.incident;
  the_case.level = OwnLevel(the_case.inputs);
  if (incident) the_case.killed_at = incident->detected_boot;
  if (incident) the_case.killed_wall = incident->detected_wall;
  the_case.held = FindFilling(the_case.inputs, nullptr, the_case.level);
  the_case.cause = Cause::kNotKilled;
}

bool IsOfALivingOne(const Evidence& evidence) {
  return evidence.kind == BundleKind::kSnap || evidence.kind == BundleKind::kStall;
}

}  // namespace

Case StudyCase(const Evidence& evidence) {
  Case the_case{.inputs = ReadInputs(evidence),
                .level = {},
                .victim = {},
                .held = {},
                .filled = {},
                .killed_at = {},
                .killed_wall = {},
                .kills = {}};
  const Inputs& inputs = the_case.inputs;
  const OomEvent* event = the_case.event();
  the_case.confidence = ConfidenceOf(inputs);
  the_case.alive = IsOfALivingOne(evidence);
  if (the_case.alive) {
    StudyAlive(the_case);
    return the_case;
  }
  the_case.level = FindLevel(inputs, event);
  the_case.victim = FindVictim(inputs, event);
  the_case.init_killed = WasKilled(inputs, the_case.container().init.pid);
  the_case.killed_at = KilledAt(the_case);
  the_case.killed_wall = KilledWall(the_case);
  the_case.held = HeldBy(the_case);
  the_case.kills = Kills(inputs);
  the_case.filled = WhatFilled(the_case);
  the_case.cause = DecideCause(the_case);
  if (RestsOnOldSnapshot(the_case)) the_case.confidence = Confidence::kInferred;
  return the_case;
}

}  // namespace headroom
