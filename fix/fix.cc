#include "fix/fix.h"

#include <fmt/format.h>

namespace headroom {
namespace {

FixOutcome NotFixed(std::string_view reason) {
  return FixOutcome{.fixed = false, .text = fmt::format("not fixed: {}", reason)};
}

FixOutcome ApplyOne(const FixContext& context, const Fix& fix, ContainerFacts& facts) {
  if (const auto* max = std::get_if<SetMemoryMax>(&fix)) {
    return FixMemoryMax(context, max->value, facts);
  }
  if (const auto* tmpfs = std::get_if<SetTmpfsSize>(&fix)) {
    return FixShm(context, tmpfs->value, facts);
  }
  return NotFixed("there is no way to change this once the container is being started");
}

}  // namespace

FixOutcome ApplyFix(const FixContext& context, Mode mode, const Finding& finding,
                    ContainerFacts& facts) {
  if (finding.fixes.empty()) return NotFixed(finding.no_fix_reason);
  if (mode == Mode::kObserve) return NotFixed("mode is observe, in which nothing is written");
  return ApplyOne(context, finding.fixes.front(), facts);
}

}  // namespace headroom
