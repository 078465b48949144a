#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_writer.h"
#include "base/result.h"

namespace headroom {

/// One parameter that a rule was judged with.
struct ParameterRecord {
  std::string name;
  std::string value;   ///< as the policy file would say it, without quotes: "512M", "true"
  std::string origin;  ///< "built-in", a file's path, an annotation's key; empty: not known

  bool operator==(const ParameterRecord&) const = default;
};

/// One rule as it was applied to one container.
struct RuleRecord {
  std::string rule;           ///< "memory-max-required"
  std::string action;         ///< "off", "warn", "fix", "deny"
  std::string action_origin;  ///< as ParameterRecord::origin
  std::string outcome;        ///< "kept", "violated", "not-judged", "off"
  std::string reason;         ///< why it was not judged; else empty
  std::vector<ParameterRecord> parameters;

  bool operator==(const RuleRecord&) const = default;
};

/// How a decision about a container's start came about: what was applied, where each value came
/// from, on which facts, and how long it took. Value type; for people and for `headroom why`.
struct DecisionRecord {
  std::string mode;
  std::string mode_origin;  ///< as ParameterRecord::origin
  /// Lines of its log that a bundle keeps; nullopt: decided by a version that did not ask.
  std::optional<std::uint64_t> log_lines;
  std::string log_lines_origin;  ///< as ParameterRecord::origin
  /// What else holds for the container and is of use to it: the parts of mode throttle
  /// ("throttle.high_share"), an action before a kill ("pre_kill").
  std::vector<ParameterRecord> settings;
  std::vector<RuleRecord> rules;  ///< in the order of the rules
  /// The facts that were judged as FactsText or ReadDecisionRecord made them; empty: none were
  /// kept. Written as it is, so nothing else may stand here.
  std::string facts;
  /// Microseconds; nullopt: that part was not reached.
  std::optional<std::uint64_t> facts_us;
  std::optional<std::uint64_t> decide_us;
  std::optional<std::uint64_t> fixes_us;

  bool operator==(const DecisionRecord&) const = default;
};

/// As the member "policy" of an enrolment. Empty texts and absent times are left out.
void WriteDecisionRecord(JsonWriter& out, const DecisionRecord& record);
/// The inverse; the first error goes into `status`, and what was read until then comes back.
/// Unknown keys are ignored. `facts` comes back on one line, its keys sorted.
[[nodiscard]] DecisionRecord ReadDecisionRecord(const nlohmann::json& object,
                                                const std::string& where, Status& status);

/// The same as a document of its own.
[[nodiscard]] std::string SerializeDecisionRecord(const DecisionRecord& record);
/// kMalformed names `where` and the key.
[[nodiscard]] Result<DecisionRecord> ParseDecisionRecord(std::string_view text,
                                                         std::string_view where);

}  // namespace headroom
