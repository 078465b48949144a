#include "hook/decision.h"

namespace headroom {

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
