#include <fmt/format.h>

#include "explain/advice/advice.h"
#include "explain/advice/families.h"
#include "explain/advice/raise.h"
#include "explain/words/engine_words.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

/// What its files need is not in the figures of what it holds.
Lines RoomLines(const Case& the_case) {
  if (!HasNumber(the_case.level.limit)) return {};
  const Bytes doubled = Doubled(*the_case.level.limit);
  return RaiseToLines(
      the_case, the_case.level.limit->bytes(), doubled,
      fmt::format("Give its files room, for example by twice the limit ({}):", ToText(doubled)));
}

Advice AboutThrash(const Case& the_case) {
  return {.now = RoomLines(the_case),
          .cure = {"Its files do not fit into what the limit leaves for them: let it read less of "
                   "them at a time, or give it a limit that holds what it reads again and again."}};
}

/// It is lifted, and stands again later: what is needed is more than what it may hold.
Advice AboutThrottle(const Case& the_case) {
  return {.now = RaiseLines(the_case),
          .cure = {"Mode throttle slows a container down that can give memory back or wait for "
                   "it; this one holds more than memory.high leaves. Where the limit shall stay, "
                   "raise \"high_share\" below \"throttle\" in its policy, or let it be caught and "
                   "killed at the limit: \"mode\": \"tripwire\"."}};
}

Advice AboutThrottled(const Case& the_case, const Condition& condition) {
  Advice advice;
  if (condition.policy_high) return AboutThrottle(the_case);
  if (!condition.foreign_high) return {.now = RaiseLines(the_case), .cure = {}};
  advice.now = {"Lift memory.high, which slows it down:"};
  Append(advice.now, LiftHighWords(the_case.inputs.path()));
  advice.cure = {
      "Whoever sets memory.high (MemoryHigh of a unit, memory QoS of a Pod) should set it well "
      "above "
      "what the container needs, or leave it at max: memory.max is what protects the host."};
  return advice;
}

/// A quarter of the limit or less is left of what reclaim cannot free.
bool IsNearItsLimit(const Case& the_case) {
  constexpr double kNear = 0.75;
  if (!HasNumber(the_case.level.limit) || !the_case.held || !the_case.held->anon) return false;
  return Share(NotReclaimable(*the_case.held), the_case.level.limit->bytes()) >= kNear;
}

Advice AboutAHealthyOne(const Case& the_case) {
  const auto growth = GrowthToGoBy(the_case);
  const bool grows = growth && growth->to_limit;
  if (!grows && !IsNearItsLimit(the_case)) return {};
  const auto part = the_case.held ? LargestPart(*the_case.held) : std::nullopt;
  return AboutPart(the_case, part.value_or(Part::kAnon));
}

}  // namespace

Advice AdviceForAlive(const Case& the_case, const Condition& condition) {
  switch (condition.cause) {
    case Cause::kThrottledStart:
    case Cause::kThrottledStuck:
      return AboutThrottled(the_case, condition);
    case Cause::kCacheThrash:
      return condition.policy_high ? AboutThrottle(the_case) : AboutThrash(the_case);
    default:
      return AboutAHealthyOne(the_case);
  }
}

}  // namespace headroom
