#include "fix/finding_record.h"

#include <fmt/format.h>

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

std::vector<FindingRecord> ToRecords(const std::vector<Finding>& findings) {
  std::vector<FindingRecord> records;
  records.reserve(findings.size());
  for (const Finding& finding : findings) records.push_back(ToRecord(finding));
  return records;
}

std::string FindingText(const FindingRecord& finding) {
  if (!finding.fix_outcome.empty() &&
      finding.fix_outcome.find("not fixed: ") == std::string::npos) {
    return fmt::format("{}: {}; {}", finding.rule, finding.fact, finding.fix_outcome);
  }
  if (!finding.fix_outcome.empty()) {
    return fmt::format("{}: {}; {}; {}", finding.rule, finding.fact, finding.fix_outcome,
                       finding.advice);
  }
  return fmt::format("{}: {}; {}", finding.rule, finding.fact, finding.advice);
}

}  // namespace headroom
