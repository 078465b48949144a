#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "cli/judged.h"
#include "cli/policy_verbs.h"
#include "cli/table.h"
#include "cli/targets.h"
#include "policy/decision_record.h"
#include "policy/layers/resolve.h"
#include "policy/retention.h"

namespace headroom {
namespace {

using nlohmann::json;

/// What is told about whom.
struct Explanation {
  std::string who;   ///< empty: all containers
  std::string when;  ///< "when it started", "now"; empty: for all containers
  DecisionRecord record;
  std::vector<std::string> warnings;
  std::size_t overrides = 0;                ///< that hold for some containers only
  std::vector<RetentionSetting> retention;  ///< empty: one container is told of
};

Explanation ForAll(const PolicyLayer& layer) {
  const ResolvedPolicy resolved = Resolve(layer, Subject{});
  Explanation explanation;
  explanation.record = ToDecisionRecord(Decide(ContainerFacts{}, resolved.policy));
  // Nobody was judged; of that record only what was to be applied means something.
  for (RuleRecord& rule : explanation.record.rules) rule.outcome = rule.reason = "";
  explanation.warnings = resolved.warnings;
  explanation.overrides = layer.overrides.size();
  explanation.retention = RetentionSettings(layer);
  return explanation;
}

Result<Explanation> ForContainer(const Environment& environment, const std::string& container) {
  const auto target = FindTarget(environment, container);
  if (!target) return std::unexpected(target.error());
  Explanation explanation;
  if (target->enrolment && target->enrolment->policy) {
    const Enrolment& enrolment = *target->enrolment;
    explanation.who = fmt::format("{} ({})", EscapedForPeople(enrolment.DisplayName()),
                                  EscapedForPeople(enrolment.engine));
    explanation.when = "when it started";
    explanation.record = *enrolment.policy;
    return explanation;
  }
  const auto policy = PolicyAt(environment, "");
  if (!policy) return std::unexpected(policy.error());
  auto facts = FactsOfTarget(environment, *target);
  if (!facts) return std::unexpected(facts.error());
  const Judged judged = Judge(policy->layer, std::move(*facts));
  explanation.who = WhoText(judged);
  explanation.when = "now";
  explanation.record = ToDecisionRecord(judged.decision);
  explanation.warnings = judged.warnings;
  return explanation;
}

Result<Explanation> Explained(const Environment& environment, const std::string& container) {
  if (!container.empty()) return ForContainer(environment, container);
  const auto policy = PolicyAt(environment, "");
  if (!policy) return std::unexpected(policy.error());
  TellNotes(environment, *policy);
  return ForAll(policy->layer);
}

void PrintRules(const Environment& environment, const Explanation& explanation) {
  const DecisionRecord& record = explanation.record;
  Table table({"RULE", "SETTING", "VALUE", "FROM"});
  table.Add({"", "mode", EscapedForPeople(record.mode), EscapedForPeople(record.mode_origin)});
  if (record.log_lines) {
    table.Add({"", "log_lines", std::to_string(*record.log_lines),
               EscapedForPeople(record.log_lines_origin)});
  }
  for (const ParameterRecord& setting : record.settings) {
    table.Add({"", EscapedForPeople(setting.name), EscapedForPeople(setting.value),
               EscapedForPeople(setting.origin)});
  }
  for (const RetentionSetting& setting : explanation.retention) {
    table.Add({"", fmt::format("retention.{}", setting.key->name),
               RetentionBoundText(setting.key->unit, setting.bound), setting.origin});
  }
  for (const RuleRecord& rule : record.rules) {
    table.Add({EscapedForPeople(rule.rule), "action", EscapedForPeople(rule.action),
               EscapedForPeople(rule.action_origin)});
    for (const ParameterRecord& parameter : rule.parameters) {
      table.Add({"", EscapedForPeople(parameter.name), EscapedForPeople(parameter.value),
                 EscapedForPeople(parameter.origin)});
    }
    if (rule.outcome.empty()) continue;
    table.Add({"", "outcome", EscapedForPeople(rule.outcome), EscapedForPeople(rule.reason)});
  }
  environment.out << table.Text();
}

void PrintText(const Environment& environment, const Explanation& explanation) {
  environment.out << (explanation.who.empty() ? "The policy for every container\n"
                                              : fmt::format("The policy for {}, as decided {}\n",
                                                            explanation.who, explanation.when));
  for (const std::string& warning : explanation.warnings) {
    environment.out << "warning: " << warning << '\n';
  }
  PrintRules(environment, explanation);
  if (explanation.overrides == 0) return;
  environment.out << fmt::format(
      "Some containers have it otherwise: there {} of \"overrides\"; name a container to see what "
      "holds for it.\n",
      explanation.overrides == 1 ? "is 1 entry" : fmt::format("are {}", explanation.overrides));
}

void PrintJson(const Environment& environment, const Explanation& explanation) {
  json policy = RecordToJson(explanation.record);
  for (json& rule : policy["rules"]) {
    if (explanation.who.empty()) rule.erase("outcome");
  }
  json retention = json::object();
  for (const RetentionSetting& setting : explanation.retention) {
    retention[std::string(setting.key->name)] = {
        {"value", RetentionBoundToJson(setting.key->unit, setting.bound)},
        {"origin", setting.origin}};
  }
  if (!explanation.who.empty()) retention = nullptr;  // it is of the whole store
  const auto or_null = [](const std::string& text) {
    return text.empty() ? json(nullptr) : json(text);
  };
  environment.out << DumpJson({{"schema", "headroom.policy/1"},
                               {"container", or_null(explanation.who)},
                               {"decided", or_null(explanation.when)},
                               {"overrides", explanation.overrides},
                               {"warnings", explanation.warnings},
                               {"retention", std::move(retention)},
                               {"policy", std::move(policy)}});
}

}  // namespace

int PolicyExplain(const Environment& environment, const PolicyExplainOptions& options) {
  const auto explanation = Explained(environment, options.container);
  if (!explanation) return FailToJudge(environment, explanation.error());
  if (options.json) {
    PrintJson(environment, *explanation);
  } else {
    PrintText(environment, *explanation);
  }
  return JudgeStatus::kClean;
}

}  // namespace headroom
