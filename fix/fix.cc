#include "fix/fix.h"

#include <fmt/format.h>

namespace headroom {

FixOutcome NotFixed(std::string_view setting, std::string_view reason) {
  return FixOutcome{.result = FixOutcome::Result::kNotFixed,
                    .setting = std::string(setting),
                    .before = {},
                    .after = {},
                    .text = fmt::format("not fixed: {}", reason)};
}

FixOutcome ApplyFix(const FixContext& context, Mode mode, const Fix& fix, ContainerFacts& facts) {
  if (const auto* tmpfs = std::get_if<SetTmpfsSize>(&fix)) return FixTmpfs(context, *tmpfs, facts);
  if (const auto* score = std::get_if<SetOomScoreAdj>(&fix)) {
    return FixOomScoreAdj(context, *score, facts);
  }
  if (std::holds_alternative<SetMemlock>(fix)) {
    // Runtimes set it only after this hook; what we set now would be overwritten.
    return NotFixed("RLIMIT_MEMLOCK", "RLIMIT_MEMLOCK can be changed only in config.json");
  }
  if (std::holds_alternative<EnableOomKiller>(fix)) {
    return NotFixed("disableOOMKiller", "disableOOMKiller can be changed only in config.json");
  }
  return FixCgroupFile(context, mode, fix, facts);
}

std::vector<FixOutcome> FixFinding(const FixContext& context, Mode mode, const Finding& finding,
                                   ContainerFacts& facts) {
  std::vector<FixOutcome> outcomes;
  if (finding.fixes.empty()) outcomes.push_back(NotFixed("", finding.no_fix_reason));
  for (const Fix& fix : finding.fixes) {
    outcomes.push_back(ApplyFix(context, mode, fix, facts));
    if (auto kept = KeepSwapOfV1(context, outcomes.back(), facts)) {
      outcomes.push_back(*std::move(kept));
    }
  }
  return outcomes;
}

}  // namespace headroom
