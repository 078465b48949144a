#include "policy/decision_record.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace headroom {
namespace {

struct ValueText {
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(double value) const { return fmt::format("{}", value); }
  std::string operator()(Bytes value) const { return std::to_string(value.value); }
  std::string operator()(Limit value) const {
    return value.unlimited() ? "unlimited" : std::to_string(value.bytes().value);
  }
  std::string operator()(Count value) const { return std::to_string(value.value); }
  std::string operator()(OomScoreAdj value) const { return std::to_string(value.value); }
};

RuleRecord ToRuleRecord(const RuleOutcome& outcome) {
  RuleRecord record;
  record.rule = outcome.rule;
  record.action = ActionName(outcome.action);
  record.action_origin = outcome.action_origin;
  record.outcome = OutcomeName(outcome.kind);
  // A violation's fact stands with the finding; here it would be there twice.
  if (outcome.kind == RuleOutcome::Kind::kNotJudged) record.reason = outcome.reason;
  for (const ParameterUse& use : outcome.parameters) {
    record.parameters.push_back(
        {.name = use.name, .value = ParameterText(use.value), .origin = use.origin});
  }
  return record;
}

void AddThrottle(const Decision& decision, std::vector<ParameterRecord>& settings) {
  const Throttle& throttle = decision.throttle;
  const ThrottleOrigins& origins = decision.throttle_origins;
  settings.push_back({.name = "throttle.high_share",
                      .value = fmt::format("{}", throttle.high_share),
                      .origin = origins.high_share});
  settings.push_back({.name = "throttle.stall_limit",
                      .value = fmt::format("{}", throttle.stall_limit),
                      .origin = origins.stall_limit});
  settings.push_back({.name = "throttle.stall_grace",
                      .value = fmt::format("{}s", throttle.stall_grace.count()),
                      .origin = origins.stall_grace});
}

std::string PreKillText(const PreKill& action) {
  if (!action.signal.empty()) return "SIG" + action.signal;
  return fmt::format("{}", fmt::join(action.command, " "));
}

std::vector<ParameterRecord> SettingsOf(const Decision& decision) {
  std::vector<ParameterRecord> settings;
  if (decision.freeze_origin != kBuiltInOrigin) {
    settings.push_back({.name = "freeze",
                        .value = decision.freeze ? "true" : "false",
                        .origin = decision.freeze_origin});
  }
  if (decision.supervisor_origin != kBuiltInOrigin) {
    settings.push_back({.name = "supervisor",
                        .value = std::string(SupervisorChoiceName(decision.supervisor)),
                        .origin = decision.supervisor_origin});
  }
  if (decision.mode == Mode::kThrottle) AddThrottle(decision, settings);
  if (decision.pre_kill.wanted()) {
    settings.push_back({.name = "pre_kill",
                        .value = PreKillText(decision.pre_kill),
                        .origin = decision.pre_kill_origin});
  }
  return settings;
}

}  // namespace

std::string ParameterText(const ParameterValue& value) { return std::visit(ValueText{}, value); }

DecisionRecord ToDecisionRecord(const Decision& decision) {
  DecisionRecord record;
  record.mode = ModeName(decision.mode);
  record.mode_origin = decision.mode_origin;
  record.log_lines = decision.log_lines;
  record.log_lines_origin = decision.log_lines_origin;
  record.settings = SettingsOf(decision);
  for (const RuleOutcome& outcome : decision.outcomes) {
    record.rules.push_back(ToRuleRecord(outcome));
  }
  return record;
}

}  // namespace headroom
