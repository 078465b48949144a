#include "cli/judged.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/text.h"
#include "cli/fix_words.h"
#include "container/facts/facts_record.h"
#include "policy/layers/files.h"
#include "policy/layers/resolve.h"

namespace headroom {
namespace {

using nlohmann::json;

/// One file alone, as a whole policy.
Result<LoadedPolicy> PolicyInFile(const std::string& path) {
  auto source = ReadPolicySource(path);
  if (!source) return std::unexpected(source.error());
  if (!*source) return MakeError(ErrorCode::kNotFound, path, "is not there; expected a policy");
  return CombineSources({std::move(**source)});
}

}  // namespace

Result<LoadedPolicy> PolicyAt(const Environment& environment, const std::string& where) {
  if (where.empty()) return LoadPolicyFiles(environment.paths.config_dir);
  struct stat info{};
  if (stat(where.c_str(), &info) != 0) return SystemError(where, "cannot be examined");
  return S_ISDIR(info.st_mode) ? LoadPolicyFiles(where) : PolicyInFile(where);
}

void TellNotes(const Environment& environment, const LoadedPolicy& policy) {
  for (const std::string& note : policy.notes) {
    environment.err << "headroom: " << EscapedForPeople(note) << '\n';
  }
}

int FailToJudge(const Environment& environment, const Error& error) {
  if (error.where.empty()) return Fail(environment, JudgeStatus::kCouldNot, error.what);
  (void)FailToRead(environment, error);
  return JudgeStatus::kCouldNot;
}

Judged Judge(const PolicyLayer& policy, ContainerFacts facts, std::string name) {
  ResolvedPolicy resolved = Resolve(policy, SubjectOf(facts));
  Judged judged;
  judged.name = name.empty() ? facts.engine.name : std::move(name);
  if (judged.name.empty()) judged.name = facts.id;
  judged.name = EscapedForPeople(judged.name);
  judged.warnings = std::move(resolved.warnings);
  judged.decision = Decide(facts, resolved.policy);
  judged.facts = std::move(facts);
  return judged;
}

std::string WhoText(const Judged& judged) {
  const std::string& engine = judged.facts.engine.engine;
  return engine.empty() ? judged.name
                        : fmt::format("{} ({})", judged.name, EscapedForPeople(engine));
}

std::string RulesText(const Decision& decision) {
  const auto count = [&decision](RuleOutcome::Kind kind) {
    return std::ranges::count(decision.outcomes, kind, &RuleOutcome::kind);
  };
  std::string text = fmt::format("{} rules", decision.outcomes.size());
  if (const auto off = count(RuleOutcome::Kind::kOff)) text += fmt::format(", {} off", off);
  const auto not_judged = count(RuleOutcome::Kind::kNotJudged);
  if (not_judged > 0) text += fmt::format(", {} not judged", not_judged);
  return text;
}

bool IsFixable(const Finding& finding) {
  return finding.action == Action::kFix && !finding.fixes.empty();
}

std::string FindingLines(const Finding& finding, const std::string& remark) {
  std::string text =
      fmt::format("  {}: {}{}\n    seen  {}\n", finding.rule, ActionName(finding.action), remark,
                  EscapedForPeople(finding.fact));
  for (const Fix& fix : finding.fixes) {
    if (finding.action == Action::kFix) text += fmt::format("    fix   {}\n", FixText(fix));
  }
  if (finding.action == Action::kFix && finding.fixes.empty()) {
    text += fmt::format("    fix   none: {}\n", EscapedForPeople(finding.no_fix_reason));
  }
  if (!finding.advice.empty()) {
    text += fmt::format("    type  {}\n", EscapedForPeople(finding.advice));
  }
  return text;
}

json FindingToJson(const Finding& finding) {
  json fixes = json::array();
  for (const Fix& fix : finding.fixes) {
    const FixWords words = WordsOf(fix);
    fixes.push_back({{"setting", EscapedForPeople(words.setting)}, {"value", words.value}});
  }
  return {{"rule", finding.rule},
          {"action", ActionName(finding.action)},
          {"fact", EscapedForPeople(finding.fact)},
          {"advice", EscapedForPeople(finding.advice)},
          {"fixes", std::move(fixes)},
          {"no_fix_reason", finding.no_fix_reason.empty()
                                ? json(nullptr)
                                : json(EscapedForPeople(finding.no_fix_reason))}};
}

json RecordToJson(const DecisionRecord& record) {
  return ParseJson(SerializeDecisionRecord(record), "decision").value_or(json::object());
}

json FactsToJson(const ContainerFacts& facts) {
  return ParseJson(FactsText(facts), "facts").value_or(json::object());
}

json JudgedToJson(const Judged& judged) {
  json findings = json::array();
  for (const Finding& finding : judged.decision.findings) {
    findings.push_back(FindingToJson(finding));
  }
  return {{"name", judged.name},
          {"id", EscapedForPeople(judged.facts.id)},
          {"engine", EscapedForPeople(judged.facts.engine.engine)},
          {"denied", judged.decision.Denial() != nullptr},
          {"findings", std::move(findings)},
          {"warnings", judged.warnings}};
}

}  // namespace headroom
