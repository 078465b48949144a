#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "container/facts/facts.h"
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

/// A parameter that a rule was judged by.
struct ParameterUse {
  std::string name;
  ParameterValue value;
  std::string origin;  ///< "built-in": the rule's own fallback

  bool operator==(const ParameterUse&) const = default;
};

/// How one rule came out for one container, and by whose word.
struct RuleOutcome {
  enum class Kind {
    kKept,
    kViolated,   ///< there is a finding of this rule
    kNotJudged,  ///< facts are absent, or its parameters cannot all be meant
    kOff,        ///< policy does not want it looked at
  };
  std::string rule;
  Action action = Action::kWarn;
  std::string action_origin;
  /// In the order of the rule's own list; one without a value is not here.
  std::vector<ParameterUse> parameters;
  Kind kind = Kind::kKept;
  std::string reason;  ///< kViolated: the fact; kNotJudged: what is missing; else empty

  bool operator==(const RuleOutcome&) const = default;
};
/// "kept", "violated", "not-judged", "off": as records have it.
[[nodiscard]] std::string_view OutcomeName(RuleOutcome::Kind kind);

/// What policy says about one container.
struct Decision {
  Mode mode = Mode::kTripwire;
  std::string mode_origin{kBuiltInOrigin};
  bool freeze = false;  ///< see Enrolment
  std::string freeze_origin{kBuiltInOrigin};
  std::uint32_t log_lines = kDefaultLogLines;  ///< see Enrolment
  std::string log_lines_origin{kBuiltInOrigin};
  Throttle throttle;  ///< see Enrolment
  ThrottleOrigins throttle_origins;
  PreKill pre_kill;  ///< see Enrolment
  std::string pre_kill_origin{kBuiltInOrigin};
  SupervisorChoice supervisor = SupervisorChoice::kAuto;
  std::string supervisor_origin{kBuiltInOrigin};
  std::vector<Finding> findings;      ///< by rule id
  std::vector<std::string> notes;     ///< rules that could not be judged, and why
  std::vector<RuleOutcome> outcomes;  ///< of every rule, by rule id

  /// The finding that keeps the container from starting; nullptr: it may start.
  [[nodiscard]] const Finding* Denial() const;
};

/// Pure: the same facts and policy give the same decision, in whatever order the rules come. A
/// rule whose facts are absent is never held against the container.
[[nodiscard]] Decision Decide(const ContainerFacts& facts, const Policy& policy,
                              std::span<const Rule* const> rules = AllRules());

}  // namespace headroom
