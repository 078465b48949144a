#include "cli/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "cli/config_file.h"
#include "cli/judged.h"
#include "cli/targets.h"
#include "container/facts/facts_record.h"
#include "policy/decision_record.h"

namespace headroom {
namespace {

using nlohmann::json;

/// What was looked at, and what could not be.
struct Checked {
  std::vector<Judged> containers;
  bool incomplete = false;
};

std::string VerdictText(const Decision& decision) {
  if (decision.findings.empty()) return "nothing found";
  const std::size_t count = decision.findings.size();
  std::string text = fmt::format("{} {}", count, count == 1 ? "finding" : "findings");
  if (decision.Denial() != nullptr) text += ", denied";
  return text;
}

void PrintText(const Environment& environment, const CheckOptions& options, const Judged& judged) {
  const Decision& decision = judged.decision;
  environment.out << fmt::format("{}: {} ({})\n", WhoText(judged), VerdictText(decision),
                                 RulesText(decision));
  for (const std::string& warning : judged.warnings) {
    environment.out << fmt::format("  warning: {}\n", warning);
  }
  for (const Finding& finding : decision.findings) environment.out << FindingLines(finding);
  if (!options.verbose) return;
  for (const std::string& note : decision.notes) {
    environment.out << fmt::format("  {}\n", EscapedForPeople(note));
  }
}

json ToJson(const Judged& judged) {
  json object = JudgedToJson(judged);
  json record = RecordToJson(ToDecisionRecord(judged.decision));
  const bool from_config = judged.facts.source == FactsSource::kConfig;
  object["judged_by"] = from_config ? "config" : "container";
  object["mode"] = std::move(record["mode"]);
  object["rules"] = std::move(record["rules"]);
  object["facts"] = FactsToJson(judged.facts);
  return object;
}

void PrintJson(const Environment& environment, const Checked& checked) {
  json containers = json::array();
  for (const Judged& judged : checked.containers) containers.push_back(ToJson(judged));
  environment.out << DumpJson(
      {{"schema", "headroom.check/1"}, {"containers", std::move(containers)}});
}

int Finish(const Environment& environment, const CheckOptions& options, const Checked& checked) {
  if (options.json) {
    PrintJson(environment, checked);
  } else {
    for (const Judged& judged : checked.containers) PrintText(environment, options, judged);
  }
  if (checked.incomplete) return JudgeStatus::kCouldNot;
  const bool clean = std::ranges::all_of(
      checked.containers, [](const Judged& judged) { return judged.decision.findings.empty(); });
  return clean ? JudgeStatus::kClean : JudgeStatus::kFindings;
}

int CheckFile(const Environment& environment, const CheckOptions& options,
              const PolicyLayer& policy, const std::string& path) {
  auto facts = FactsOfConfigFile(path);
  if (!facts) return FailToJudge(environment, facts.error());
  if (!options.json) environment.out << "judged by config.json: what a runtime would set\n";
  Checked checked;
  checked.containers.push_back(Judge(policy, std::move(*facts), path));
  return Finish(environment, options, checked);
}

int CheckOne(const Environment& environment, const CheckOptions& options,
             const PolicyLayer& policy) {
  const auto target = FindTarget(environment, options.subject);
  if (!target) return FailToJudge(environment, target.error());
  auto facts = FactsOfTarget(environment, *target);
  if (!facts) return FailToJudge(environment, facts.error());
  Checked checked;
  checked.containers.push_back(Judge(policy, std::move(*facts)));
  return Finish(environment, options, checked);
}

int CheckAll(const Environment& environment, const CheckOptions& options,
             const PolicyLayer& policy) {
  const auto targets = RunningTargets(environment);
  if (!targets) return FailToJudge(environment, targets.error());
  Checked checked;
  for (const Target& target : *targets) {
    auto facts = FactsOfTarget(environment, target);
    if (facts) {
      checked.containers.push_back(Judge(policy, std::move(*facts)));
    } else if (facts.error().code != ErrorCode::kGone) {
      (void)FailToJudge(environment, facts.error());
      checked.incomplete = true;
    }
  }
  if (targets->empty()) {
    environment.err << "headroom: no container is running" << HintOfRoot(environment) << '\n';
    // Of what this user cannot see nothing is known; that must not pass for clean.
    checked.incomplete = !environment.root;
  }
  return Finish(environment, options, checked);
}

}  // namespace

int Check(const Environment& environment, const CheckOptions& options) {
  const auto policy = PolicyAt(environment, options.policy);
  if (!policy) return FailToJudge(environment, policy.error());
  TellNotes(environment, *policy);
  if (options.subject.empty()) return CheckAll(environment, options, policy->layer);
  const auto file = ConfigFileMeant(options.subject);
  return file ? CheckFile(environment, options, policy->layer, *file)
              : CheckOne(environment, options, policy->layer);
}

}  // namespace headroom
