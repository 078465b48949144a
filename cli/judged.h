#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/environment.h"
#include "container/enrolment/decision_record.h"
#include "container/facts/facts.h"
#include "policy/decide.h"
#include "policy/layers/load.h"

namespace headroom {

/// The policy that a verb goes by: `where` (a file, or a folder like /etc/headroom), or with an
/// empty one the policy of this machine. Writes nothing, and never falls back to a copy: a broken
/// file is an error.
[[nodiscard]] Result<LoadedPolicy> PolicyAt(const Environment& environment,
                                            const std::string& where);

/// What the policy's files say that this version does not know, a line each on the error stream.
void TellNotes(const Environment& environment, const LoadedPolicy& policy);

/// One line on the error stream; JudgeStatus::kCouldNot.
int FailToJudge(const Environment& environment, const Error& error);

/// One container, judged by one policy.
struct Judged {
  std::string name;  ///< escaped; of a config.json its path
  ContainerFacts facts;
  std::vector<std::string> warnings;  ///< of how its policy came about; escaped
  Decision decision;
};
/// `name` empty: the one that the facts tell. Pure.
[[nodiscard]] Judged Judge(const PolicyLayer& policy, ContainerFacts facts, std::string name = "");

/// "web (docker)"; without a known engine the name alone.
[[nodiscard]] std::string WhoText(const Judged& judged);

/// "18 rules, 2 not judged".
[[nodiscard]] std::string RulesText(const Decision& decision);

/// The lines of one finding, below its container's: the rule and what is done, what was seen, what
/// to type, and with action fix what is changed. `remark` stands behind the action.
[[nodiscard]] std::string FindingLines(const Finding& finding, const std::string& remark = "");

/// "fixed" would be what becomes of it: policy wants it fixed, and there is a fix.
[[nodiscard]] bool IsFixable(const Finding& finding);

[[nodiscard]] nlohmann::json FindingToJson(const Finding& finding);

/// A record of the container/ folder as a document, to be put into a larger one.
[[nodiscard]] nlohmann::json RecordToJson(const DecisionRecord& record);
[[nodiscard]] nlohmann::json FactsToJson(const ContainerFacts& facts);

/// Name, id, engine, verdict, findings and warnings; what `check` and `policy try` have in common.
[[nodiscard]] nlohmann::json JudgedToJson(const Judged& judged);

}  // namespace headroom
