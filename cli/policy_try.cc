#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/json.h"
#include "base/text.h"
#include "cli/judged.h"
#include "cli/policy_verbs.h"
#include "cli/targets.h"

namespace headroom {
namespace {

using nlohmann::json;

/// One container under the policy that is tried, and under the one of this machine.
struct Tried {
  Judged then;
  std::optional<Decision> now;  ///< nullopt: this machine's policy cannot be used
};

const Finding* FindingOf(const Decision& decision, std::string_view rule) {
  const auto found = std::ranges::find(decision.findings, rule, &Finding::rule);
  return found == decision.findings.end() ? nullptr : &*found;
}

/// What is done about that finding now: " (now warn)", " (new)"; empty where it is the same.
std::string Remark(const Tried& tried, const Finding& finding) {
  if (!tried.now) return "";
  const Finding* now = FindingOf(*tried.now, finding.rule);
  if (now == nullptr) return " (new)";
  const bool same = now->action == finding.action && now->fixes == finding.fixes;
  return same ? "" : fmt::format(" (now {})", ActionName(now->action));
}

/// Rules that find something now, and would not any more.
std::vector<std::string> Gone(const Tried& tried) {
  std::vector<std::string> rules;
  if (!tried.now) return rules;
  for (const Finding& finding : tried.now->findings) {
    if (FindingOf(tried.then.decision, finding.rule) == nullptr) rules.push_back(finding.rule);
  }
  return rules;
}

/// "would be denied, 1 fixed, 2 warned".
std::string OutcomeText(const Decision& decision) {
  std::size_t denied = 0;
  std::size_t fixed = 0;
  std::size_t warned = 0;
  for (const Finding& finding : decision.findings) {
    std::size_t& count = finding.action == Action::kDeny ? denied
                         : IsFixable(finding)            ? fixed
                                                         : warned;
    ++count;
  }
  if (decision.findings.empty()) return "nothing would be done";
  std::string text = denied > 0 ? "would be denied" : "would start";
  if (denied > 0)
    text += fmt::format(" by {}", denied == 1 ? "1 rule" : fmt::format("{} rules", denied));
  if (fixed > 0) text += fmt::format(", {} fixed", fixed);
  if (warned > 0) text += fmt::format(", {} warned of", warned);
  return text;
}

void PrintText(const Environment& environment, const Tried& tried) {
  const Judged& then = tried.then;
  environment.out << fmt::format("{}: {} ({})\n", WhoText(then), OutcomeText(then.decision),
                                 RulesText(then.decision));
  for (const std::string& warning : then.warnings) {
    environment.out << fmt::format("  warning: {}\n", warning);
  }
  for (const Finding& finding : then.decision.findings) {
    environment.out << FindingLines(finding, Remark(tried, finding));
  }
  for (const std::string& rule : Gone(tried)) {
    environment.out << fmt::format("  {}: no longer found\n", rule);
  }
}

json ToJson(const Tried& tried) {
  json object = JudgedToJson(tried.then);
  for (json& finding : object["findings"]) {
    const Finding* now =
        tried.now ? FindingOf(*tried.now, finding["rule"].get<std::string>()) : nullptr;
    finding["action_now"] = now == nullptr ? json(nullptr) : json(ActionName(now->action));
  }
  object["compared"] = tried.now.has_value();
  object["no_longer"] = Gone(tried);
  return object;
}

Tried Try(const PolicyLayer& then, const Result<LoadedPolicy>& now, ContainerFacts facts) {
  Tried tried;
  if (now) tried.now = Judge(now->layer, facts).decision;
  tried.then = Judge(then, std::move(facts));
  return tried;
}

struct TriedAll {
  std::vector<Tried> containers;
  bool incomplete = false;
};

Result<TriedAll> TryAll(const Environment& environment, const PolicyLayer& then) {
  const auto now = PolicyAt(environment, "");
  if (!now) {
    environment.err << fmt::format("headroom: not compared with the policy of now: {}\n",
                                   EscapedForPeople(now.error().Message()));
  }
  const auto targets = RunningTargets(environment);
  if (!targets) return std::unexpected(targets.error());
  TriedAll all;
  for (const Target& target : *targets) {
    auto facts = FactsOfTarget(environment, target);
    if (facts) {
      all.containers.push_back(Try(then, now, std::move(*facts)));
    } else if (facts.error().code != ErrorCode::kGone) {
      (void)FailToJudge(environment, facts.error());
      all.incomplete = true;
    }
  }
  if (targets->empty()) {
    environment.err << "headroom: no container is running" << HintOfRoot(environment) << '\n';
    all.incomplete = !environment.root;
  }
  return all;
}

}  // namespace

int PolicyTry(const Environment& environment, const PolicyTryOptions& options) {
  const auto policy = PolicyAt(environment, options.policy);
  if (!policy) return FailToJudge(environment, policy.error());
  TellNotes(environment, *policy);
  const auto all = TryAll(environment, policy->layer);
  if (!all) return FailToJudge(environment, all.error());
  if (options.json) {
    json containers = json::array();
    for (const Tried& tried : all->containers) containers.push_back(ToJson(tried));
    environment.out << DumpJson(
        {{"schema", "headroom.policy-try/1"}, {"containers", std::move(containers)}});
  } else {
    for (const Tried& tried : all->containers) PrintText(environment, tried);
  }
  if (all->incomplete) return JudgeStatus::kCouldNot;
  const bool denies = std::ranges::any_of(
      all->containers, [](const Tried& tried) { return tried.then.decision.Denial() != nullptr; });
  return denies ? JudgeStatus::kFindings : JudgeStatus::kClean;
}

}  // namespace headroom
