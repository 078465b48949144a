#pragma once

#include <string>
#include <vector>

#include "container/enrolment/enrolment.h"
#include "fix/fix.h"
#include "policy/decide.h"

namespace headroom {

/// One finding for the record; no fix was tried yet.
[[nodiscard]] FindingRecord ToRecord(const Finding& finding);
/// The same with what became of its fixes.
[[nodiscard]] FindingRecord ToRecord(const Finding& finding,
                                     const std::vector<FixOutcome>& outcomes);
/// All of them, without a fix.
[[nodiscard]] std::vector<FindingRecord> ToRecords(const std::vector<Finding>& findings);

/// "<rule>: <fact>; <what was done, or what to type instead>". Bytes; escape before printing.
[[nodiscard]] std::string FindingText(const FindingRecord& finding);

}  // namespace headroom
