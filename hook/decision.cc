#include "hook/decision.h"

#include <fmt/format.h>

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

/// How a rule came out, as the decision tells it: a finding, a note, or neither.
void PutOutcome(const Decision& decision, RuleRecord& record) {
  record.outcome = "kept";
  for (const Finding& finding : decision.findings) {
    if (finding.rule == record.rule) record.outcome = "violated";
  }
  const std::string prefix = fmt::format("{}: not judged: ", record.rule);
  for (const std::string& note : decision.notes) {
    if (!note.starts_with(prefix)) continue;
    record.outcome = "not-judged";
    record.reason = note.substr(prefix.size());
  }
}

/// Every parameter that has a value: the policy's, else the rule's own.
std::vector<ParameterRecord> ParametersOf(const Rule& rule, const RuleSettings& settings) {
  std::vector<ParameterRecord> rows;
  for (const ParameterSpec& spec : rule.parameters) {
    const auto found = settings.values.find(spec.name);
    const bool from_policy = found != settings.values.end();
    if (!from_policy && !spec.fallback) continue;
    rows.push_back({.name = std::string(spec.name),
                    .value = ParameterText(from_policy ? found->second : *spec.fallback),
                    .origin = from_policy ? "policy" : "built-in"});
  }
  return rows;
}

RuleRecord RecordOf(const Rule& rule, const Policy& policy, const Decision& decision) {
  const auto found = policy.rules.find(rule.id);
  const bool from_policy = found != policy.rules.end();
  const RuleSettings settings = from_policy ? found->second : RuleSettings{};
  RuleRecord record;
  record.rule = rule.id;
  record.action = ActionName(settings.action);
  record.action_origin = from_policy ? "policy" : "built-in";
  if (settings.action == Action::kOff) {
    record.outcome = "off";
    return record;
  }
  record.parameters = ParametersOf(rule, settings);
  PutOutcome(decision, record);
  return record;
}

}  // namespace

std::string ParameterText(const ParameterValue& value) { return std::visit(ValueText{}, value); }

DecisionRecord MakeDecisionRecord(const Policy& policy, const Decision& decision) {
  DecisionRecord record;
  record.mode = ModeName(decision.mode);
  for (const Rule* rule : AllRules()) record.rules.push_back(RecordOf(*rule, policy, decision));
  return record;
}

FindingRecord ToRecord(const Finding& finding) {
  return FindingRecord{.rule = finding.rule,
                       .action = std::string(ActionName(finding.action)),
                       .fact = finding.fact,
                       .advice = finding.advice,
                       .fix_outcome = {}};
}

FindingRecord ToRecord(const Finding& finding, const std::vector<FixOutcome>& outcomes) {
  FindingRecord record = ToRecord(finding);
  for (const FixOutcome& outcome : outcomes) {
    if (!record.fix_outcome.empty()) record.fix_outcome += "; ";
    record.fix_outcome += outcome.text;
    if (outcome.setting.empty()) continue;
    record.fixes.push_back({.setting = outcome.setting,
                            .before = outcome.before,
                            .after = outcome.after,
                            .outcome = outcome.text});
  }
  return record;
}

}  // namespace headroom
