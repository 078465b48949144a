#include "fix/settle.h"

#include <algorithm>
#include <utility>

#include "fix/finding_record.h"

namespace headroom {
namespace {

constexpr int kMostRounds = 4;  // each makes something tighter; two are enough for all rules

FindingRecord* RecordOf(std::vector<FindingRecord>& records, const Finding& finding) {
  const auto found = std::ranges::find(records, finding.rule, &FindingRecord::rule);
  return found == records.end() ? nullptr : &*found;
}

/// What was changed in an earlier round is not forgotten; a reason why nothing was is out of date.
FindingRecord Joined(FindingRecord earlier, FindingRecord later) {
  if (earlier.fixes.empty()) return later;
  later.fix_outcome = later.fix_outcome.empty() ? std::move(earlier.fix_outcome)
                                                : earlier.fix_outcome + "; " + later.fix_outcome;
  earlier.fixes.insert(earlier.fixes.end(), later.fixes.begin(), later.fixes.end());
  later.fixes = std::move(earlier.fixes);
  return later;
}

/// Whether there is more to do or to tell than there was. Where nothing has been tried yet, another
/// rule's fix may have made room for this one's.
bool IsNews(const Finding& finding, const FindingRecord& earlier) {
  return earlier.fact != finding.fact || earlier.fixes.empty();
}

/// Fixes what is new in `decision`. Whether anything was changed.
bool FixRound(const FixContext& context, const Decision& decision, ContainerFacts& facts,
              std::vector<FindingRecord>& records) {
  bool changed = false;
  for (const Finding& finding : decision.findings) {
    FindingRecord* earlier = RecordOf(records, finding);
    if (earlier != nullptr && !IsNews(finding, *earlier)) continue;
    FindingRecord record = ToRecord(finding);
    if (finding.action == Action::kFix) {
      const auto outcomes = FixFinding(context, decision.mode, finding, facts);
      changed |= std::ranges::any_of(outcomes, &FixOutcome::fixed);
      record = ToRecord(finding, outcomes);
    }
    if (earlier != nullptr) {
      *earlier = Joined(std::move(*earlier), std::move(record));
    } else {
      records.push_back(std::move(record));
    }
  }
  return changed;
}

/// Both are in the order of the rules.
void KeepBroken(const std::vector<RuleOutcome>& earlier, std::vector<RuleOutcome>& outcomes) {
  for (std::size_t i = 0; i < outcomes.size() && i < earlier.size(); ++i) {
    if (earlier[i].kind == RuleOutcome::Kind::kViolated) outcomes[i] = earlier[i];
  }
}

}  // namespace

Settled Settle(const FixContext& context, const Policy& policy, Decision decision,
               ContainerFacts& facts) {
  Settled settled;
  settled.decision = std::move(decision);
  for (int round = 1; FixRound(context, settled.decision, facts, settled.records); ++round) {
    if (round == kMostRounds) break;
    Decision next = Decide(facts, policy);
    KeepBroken(settled.decision.outcomes, next.outcomes);
    settled.decision = std::move(next);
    const Finding* denial = settled.decision.Denial();
    if (denial == nullptr) continue;
    settled.denial = *denial;
    settled.records.push_back(ToRecord(*denial));
    break;
  }
  return settled;
}

}  // namespace headroom
