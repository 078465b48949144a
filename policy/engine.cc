#include "policy/engine.h"

#include <fmt/format.h>

namespace headroom {
namespace {

const RuleSettings& SettingsOf(const Policy& policy, const Rule& rule) {
  static const RuleSettings defaults;
  const auto found = policy.rules.find(rule.id);
  return found == policy.rules.end() ? defaults : found->second;
}

Finding ToFinding(const Rule& rule, Action action, Violation violation) {
  return Finding{.rule = std::string(rule.id),
                 .action = action,
                 .fact = std::move(violation.fact),
                 .advice = std::move(violation.advice),
                 .fixes = std::move(violation.fixes),
                 .no_fix_reason = std::move(violation.no_fix_reason)};
}

}  // namespace

const Finding* Decision::Denial() const {
  for (const Finding& finding : findings) {
    if (finding.action == Action::kDeny) return &finding;
  }
  return nullptr;
}

Decision Decide(const ContainerFacts& facts, const Policy& policy,
                std::span<const Rule* const> rules) {
  Decision decision;
  decision.mode = policy.mode;
  for (const Rule* rule : rules) {
    const RuleSettings& settings = SettingsOf(policy, *rule);
    if (settings.action == Action::kOff) continue;
    const Parameters parameters(rule->parameters, settings.values);
    Judgement judgement =
        rule->evaluate({.facts = facts, .parameters = parameters, .mode = policy.mode});
    if (auto* violation = std::get_if<Violation>(&judgement)) {
      decision.findings.push_back(ToFinding(*rule, settings.action, std::move(*violation)));
    } else if (const auto* unknown = std::get_if<NotJudged>(&judgement)) {
      decision.notes.push_back(fmt::format("{}: not judged: {}", rule->id, unknown->reason));
    }
  }
  return decision;
}

}  // namespace headroom
