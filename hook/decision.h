#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "container/decision_record.h"
#include "container/enrolment.h"
#include "fix/fix.h"
#include "policy/engine.h"
#include "policy/policy.h"

namespace headroom {

/// What is kept about a decision: every rule with its action, its parameters and how it came out.
/// Facts and times are the caller's to add. Pure.
[[nodiscard]] DecisionRecord MakeDecisionRecord(const Policy& policy, const Decision& decision);

/// A value of a parameter as the policy file would say it, without quotes.
[[nodiscard]] std::string ParameterText(const ParameterValue& value);

/// One finding for the record; no fix was tried yet.
[[nodiscard]] FindingRecord ToRecord(const Finding& finding);
/// The same with what became of its fixes.
[[nodiscard]] FindingRecord ToRecord(const Finding& finding,
                                     const std::vector<FixOutcome>& outcomes);

/// Microseconds of real time since it was made or last asked.
class Stopwatch {
 public:
  [[nodiscard]] std::uint64_t Lap() {
    const auto now = std::chrono::steady_clock::now();
    const auto took = now - std::exchange(since_, now);
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(took).count());
  }

 private:
  std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
};

}  // namespace headroom
