#include "explain/words/condition_statements.h"

#include <fmt/format.h>

#include "explain/inputs/citation.h"
#include "explain/study/thrash.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

std::string WaitedText(double stalled, std::chrono::nanoseconds time) {
  return fmt::format("all its processes waited for memory {:.0f} % of {}", 100 * stalled,
                     ToText(time));
}

std::string WaitedText(const Strain& strain) {
  return strain.stalled ? WaitedText(*strain.stalled, strain.to - strain.from) : "";
}

std::string ThrashText(Bytes reread, const std::string& waited) {
  return fmt::format(
      "{}/s of its files were read again just after reclaim had dropped them, and {}",
      ToText(reread), waited);
}

std::string CiteStrain(const Case& the_case, const Condition& condition) {
  if (!condition.strain) return "";
  return Cite(the_case.evidence(), "timeline.json",
              fmt::format("\"boot_ns\": {}", condition.strain->to.count()));
}

Statement Throttled(const Case& the_case, const Condition& condition) {
  const std::uint64_t times = condition.strain->high.value_or(0);
  return {.label = "throttled",
          .text = fmt::format("memory.high was passed {}, and {}",
                              CountText(times, "time", "times"), WaitedText(*condition.strain)),
          .evidence = CiteStrain(the_case, condition)};
}

Statement Thrashing(const Case& the_case, const Condition& condition) {
  return {.label = "thrash",
          .text = ThrashText(*condition.reread, WaitedText(*condition.strain)),
          .evidence = CiteStrain(the_case, condition)};
}

/// A number that is not ours is worth saying even where nothing waits for it.
Statement HighStatement(const Case& the_case, Bytes high) {
  return {.label = "high",
          .text = fmt::format("memory.high is {}, set by somebody else: above it the kernel slows "
                              "every allocation down",
                              ToText(high)),
          .evidence = CiteFile(the_case.evidence(), "cgroup/memory.high")};
}

Statement PolicyHighStatement(const Case& the_case, Bytes high) {
  return {.label = "high",
          .text = fmt::format("memory.high is {}, by its policy's mode throttle: above it the "
                              "kernel slows every allocation down",
                              ToText(high)),
          .evidence = CiteFile(the_case.evidence(), "cgroup/memory.high")};
}

/// What the supervisor saw when it gave mode throttle up; the samples need not reach as far.
Statement StallStatement(const Case& the_case, const StallRecord& stall) {
  const std::string waited = WaitedText(stall.stalled, stall.over);
  const bool rereads = stall.reason == StallRecord::Reason::kRereading && stall.reread;
  const std::string what =
      rereads ? fmt::format(
                    "{} of its files were read again just after reclaim had dropped them, "
                    "and {}",
                    ToText(*stall.reread), waited)
              : waited;
  return {.label = "stall",
          .text = fmt::format("below a memory.high of {} (mode throttle) {}: it was lifted",
                              ToText(stall.high), what),
          .evidence = Cite(the_case.evidence(), "incident.json", "\"stall\"")};
}

}  // namespace

std::vector<Statement> ThrashStatements(const Case& the_case) {
  const auto thrash = ThrashBeforeKill(the_case);
  if (!thrash) return {};
  return {{.label = "thrash",
           .text = fmt::format(
               "before the kill {}: what it held left its files too little room",
               ThrashText(thrash->reread, WaitedText(thrash->stalled, thrash->to - thrash->from))),
           .evidence = Cite(the_case.evidence(), "timeline.json",
                            fmt::format("\"boot_ns\": {}", thrash->to.count()))}};
}

std::vector<Statement> ConditionStatements(const Case& the_case, const Condition& condition) {
  std::vector<Statement> statements;
  if (condition.foreign_high) {
    statements.push_back(HighStatement(the_case, *condition.foreign_high));
  }
  const auto& incident = the_case.inputs.incident;
  if (incident && incident->stall) {
    statements.push_back(StallStatement(the_case, *incident->stall));
    return statements;
  }
  if (condition.policy_high) {
    statements.push_back(PolicyHighStatement(the_case, *condition.policy_high));
  }
  switch (condition.cause) {
    case Cause::kThrottledStart:
    case Cause::kThrottledStuck:
      if (condition.strain) statements.push_back(Throttled(the_case, condition));
      break;
    case Cause::kCacheThrash:
      statements.push_back(Thrashing(the_case, condition));
      break;
    default:
      break;
  }
  return statements;
}

std::string AliveHeadline(const Case& the_case, const Condition& condition) {
  const std::string who = WhoText(the_case.container());
  const std::string when =
      the_case.killed_wall ? ", " + ToPersonalText(*the_case.killed_wall) : std::string();
  const auto& incident = the_case.inputs.incident;
  if (incident && incident->stall) {
    return fmt::format("{} made no progress below memory.high, which mode throttle had set{}", who,
                       when);
  }
  const bool held_back = condition.foreign_high || condition.policy_high;
  switch (condition.cause) {
    case Cause::kThrottledStart:
      return fmt::format("{} ran, slowed down by memory.high since its start{}", who, when);
    case Cause::kThrottledStuck:
      return fmt::format(
          "{} {}{}", who,
          held_back ? "was held back by memory.high" : "stood still at its memory limit", when);
    case Cause::kCacheThrash:
      return fmt::format("{} ran, and spent its time reading the same files again{}", who, when);
    default:
      return fmt::format("{} ran when it was looked at{}", who, when);
  }
}

}  // namespace headroom
