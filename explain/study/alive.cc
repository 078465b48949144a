#include "explain/study/alive.h"

#include <chrono>

#include "explain/study/thrash.h"

namespace headroom {
namespace {

using std::chrono::nanoseconds;

constexpr double kStuck = 0.40;      // share of the time
constexpr double kSlowStart = 0.25;  // share of the time
constexpr std::chrono::seconds kFirstMinute{60};

/// Whether a number in memory.high may be our own wire's: it stands just below memory.max, and it
/// may have been put there behind the last sample (docs/architecture.md, the tripwire).
bool MayBeOurs(const Case& the_case, Bytes high) {
  constexpr double kLowest = 0.85;
  const auto& limit = the_case.level.limit;
  if (the_case.container().mode == Mode::kObserve) return false;
  if (!limit) return true;  // not known
  return !limit->unlimited() && Share(high, limit->bytes()) >= kLowest;
}

std::optional<Bytes> PolicyHigh(const Case& the_case) {
  const Enrolment& container = the_case.container();
  const auto& incident = the_case.inputs.incident;
  if (incident && incident->stall) return incident->stall->high;
  const auto high = LimitInFile(the_case.evidence(), "cgroup/memory.high");
  const auto own = OwnLimit(the_case.inputs);
  if (container.mode != Mode::kThrottle || !high || !own || own->unlimited()) return std::nullopt;
  const Bytes wanted = ThrottleHigh(container.throttle, own->bytes());
  return *high == Limit(wanted) ? std::optional(wanted) : std::nullopt;
}

std::optional<Bytes> ForeignHigh(const Case& the_case) {
  const auto high = LimitInFile(the_case.evidence(), "cgroup/memory.high");
  if (!high || high->unlimited() || PolicyHigh(the_case)) return std::nullopt;
  const auto& at_start = the_case.container().cgroup.limits.high;
  const bool was_there = at_start && *at_start == *high;
  if (!was_there && MayBeOurs(the_case, high->bytes())) return std::nullopt;
  return high->bytes();
}

bool IsYoung(const Case& the_case) {
  const BootTime started = the_case.container().enrolled_boot;
  if (!the_case.killed_at || started.count() <= 0) return false;
  return *the_case.killed_at - started <= kFirstMinute;
}

/// Between the snapshot's memory.stat and the last reading, which are two readings of one counter.
std::optional<double> RefaultsInFiles(const Case& the_case) {
  const Evidence& evidence = the_case.evidence();
  const std::string* text = evidence.File("cgroup/memory.stat");
  const ManifestRow* before = evidence.manifest.Find("before/memory.stat");
  const ManifestRow* after = evidence.manifest.Find("cgroup/memory.stat");
  if (text == nullptr || before == nullptr || after == nullptr) return std::nullopt;
  if (!before->captured_boot || !after->captured_boot) return std::nullopt;
  const auto last = ParseMemoryStat(*text);
  const auto& first = the_case.inputs.stat;
  if (!last || !first || !first->workingset_refault_file) return std::nullopt;
  const auto& refaults = last->workingset_refault_file;
  const std::chrono::duration<double> time = *after->captured_boot - *before->captured_boot;
  if (!refaults || *refaults < *first->workingset_refault_file || time.count() < 1) {
    return std::nullopt;
  }
  return static_cast<double>(*refaults - *first->workingset_refault_file) / time.count();
}

std::optional<Bytes> Reread(const Case& the_case, const std::optional<Strain>& strain) {
  const auto sampled = strain ? strain->refaults_per_second : std::nullopt;
  const auto pages = sampled ? sampled : RefaultsInFiles(the_case);
  return pages ? std::optional(RereadOf(*pages)) : std::nullopt;
}

bool IsThrottled(const Condition& condition, double share) {
  const auto& strain = condition.strain;
  const bool held_back = condition.foreign_high || condition.policy_high;
  return held_back && strain && strain->high.value_or(0) > 0 &&
         strain->stalled.value_or(0) >= share;
}

/// The limit that leaves no room: memory.max, or somebody's memory.high below it.
std::optional<Bytes> RoomOf(const Case& the_case, const Condition& condition) {
  const auto& limit = the_case.level.limit;
  if (condition.foreign_high && limit && Limit(*condition.foreign_high) < *limit) {
    return condition.foreign_high;
  }
  if (!limit || limit->unlimited()) return std::nullopt;
  return limit->bytes();
}

bool Thrashes(const Case& the_case, const Condition& condition) {
  constexpr double kWellBelow = 0.80;
  const auto room = RoomOf(the_case, condition);
  if (!room || !the_case.held || !the_case.held->anon) return false;
  return FindThrash(condition.strain, condition.reread, room).has_value() &&
         Share(NotReclaimable(*the_case.held), *room) < kWellBelow;
}

Cause CauseOf(const Case& the_case, const Condition& condition) {
  if (IsThrottled(condition, kSlowStart) && IsYoung(the_case)) return Cause::kThrottledStart;
  if (IsThrottled(condition, kStuck)) return Cause::kThrottledStuck;
  if (Thrashes(the_case, condition)) return Cause::kCacheThrash;
  return Cause::kNotKilled;
}

}  // namespace

Condition FindCondition(const Case& the_case) {
  Condition condition;
  condition.strain = FindStrain(SamplesUpToKill(the_case));
  if (condition.strain && IsTooOld(the_case, condition.strain->to)) condition.strain.reset();
  condition.foreign_high = ForeignHigh(the_case);
  condition.policy_high = PolicyHigh(the_case);
  condition.reread = Reread(the_case, condition.strain);
  condition.cause = CauseOf(the_case, condition);
  return condition;
}

}  // namespace headroom
