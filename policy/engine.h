#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "container/facts.h"
#include "policy/policy.h"
#include "policy/rule.h"

namespace headroom {

/// One rule that is not kept, and what policy wants done about it.
struct Finding {
  std::string rule;
  Action action = Action::kWarn;
  std::string fact;
  std::string advice;
  std::vector<Fix> fixes;
  std::string no_fix_reason;
};

/// What policy says about one container.
struct Decision {
  Mode mode = Mode::kTripwire;
  std::vector<Finding> findings;   ///< in the order of the rules
  std::vector<std::string> notes;  ///< rules that could not be judged, and why

  /// The finding that keeps the container from starting; nullptr: it may start.
  [[nodiscard]] const Finding* Denial() const;
};

/// Pure: the same facts and policy give the same decision. A rule whose facts are absent is never
/// held against the container.
[[nodiscard]] Decision Decide(const ContainerFacts& facts, const Policy& policy,
                              std::span<const Rule* const> rules = AllRules());

}  // namespace headroom
