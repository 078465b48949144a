#include "policy/decide.h"

#include <fmt/format.h>

#include <algorithm>

#include "policy/layers/resolve.h"

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

std::vector<ParameterUse> ParametersOf(const Rule& rule, const RuleSettings& settings) {
  std::vector<ParameterUse> uses;
  for (const ParameterSpec& spec : rule.parameters) {
    const auto named = settings.values.find(spec.name);
    if (named != settings.values.end()) {
      const auto origin = settings.value_origins.find(spec.name);
      uses.push_back({.name = std::string(spec.name),
                      .value = named->second,
                      .origin = origin == settings.value_origins.end() ? "" : origin->second});
    } else if (spec.fallback) {
      uses.push_back({.name = std::string(spec.name),
                      .value = *spec.fallback,
                      .origin = std::string(kBuiltInOrigin)});
    }
  }
  return uses;
}

Judgement Evaluate(const Rule& rule, const RuleSettings& settings, const ContainerFacts& facts,
                   Mode mode) {
  if (!settings.undecided_by.empty()) {
    return NotJudged{
        fmt::format("whether {} holds depends on the container's cgroup, which is known "
                    "only where it runs",
                    settings.undecided_by)};
  }
  // An operator's slip is not held against the container either.
  const std::string contradiction = ContradictionIn(rule, settings);
  if (!contradiction.empty()) return NotJudged{contradiction};
  const Parameters parameters(rule.parameters, settings.values);
  return rule.evaluate({.facts = facts, .parameters = parameters, .mode = mode});
}

void Judge(const Rule& rule, const ContainerFacts& facts, const Policy& policy,
           Decision& decision) {
  const RuleSettings& settings = SettingsOf(policy, rule);
  RuleOutcome outcome{.rule = std::string(rule.id),
                      .action = settings.action,
                      .action_origin = settings.action_origin,
                      .parameters = ParametersOf(rule, settings),
                      .kind = RuleOutcome::Kind::kKept,
                      .reason = {}};
  if (settings.action == Action::kOff && settings.undecided_by.empty()) {
    outcome.kind = RuleOutcome::Kind::kOff;
    decision.outcomes.push_back(std::move(outcome));
    return;
  }
  Judgement judgement = Evaluate(rule, settings, facts, policy.mode);
  if (auto* violation = std::get_if<Violation>(&judgement)) {
    outcome.kind = RuleOutcome::Kind::kViolated;
    outcome.reason = violation->fact;
    decision.findings.push_back(ToFinding(rule, settings.action, std::move(*violation)));
  } else if (const auto* unknown = std::get_if<NotJudged>(&judgement)) {
    outcome.kind = RuleOutcome::Kind::kNotJudged;
    outcome.reason = unknown->reason;
    decision.notes.push_back(fmt::format("{}: not judged: {}", rule.id, unknown->reason));
  }
  decision.outcomes.push_back(std::move(outcome));
}

}  // namespace

std::string_view OutcomeName(RuleOutcome::Kind kind) {
  switch (kind) {
    case RuleOutcome::Kind::kKept:
      return "kept";
    case RuleOutcome::Kind::kViolated:
      return "violated";
    case RuleOutcome::Kind::kNotJudged:
      return "not-judged";
    case RuleOutcome::Kind::kOff:
      return "off";
  }
  return "off";
}

const Finding* Decision::Denial() const {
  for (const Finding& finding : findings) {
    if (finding.action == Action::kDeny) return &finding;
  }
  return nullptr;
}

Decision Decide(const ContainerFacts& facts, const Policy& policy,
                std::span<const Rule* const> rules) {
  std::vector<const Rule*> ordered(rules.begin(), rules.end());
  std::sort(ordered.begin(), ordered.end(),
            [](const Rule* left, const Rule* right) { return left->id < right->id; });
  Decision decision;
  decision.mode = policy.mode;
  decision.mode_origin = policy.mode_origin;
  decision.freeze = policy.freeze;
  decision.freeze_origin = policy.freeze_origin;
  decision.log_lines = policy.log_lines;
  decision.log_lines_origin = policy.log_lines_origin;
  decision.throttle = policy.throttle;
  decision.throttle_origins = policy.throttle_origins;
  decision.pre_kill = policy.pre_kill;
  decision.pre_kill_origin = policy.pre_kill_origin;
  decision.supervisor = policy.supervisor;
  decision.supervisor_origin = policy.supervisor_origin;
  for (const Rule* rule : ordered) Judge(*rule, facts, policy, decision);
  return decision;
}

}  // namespace headroom
