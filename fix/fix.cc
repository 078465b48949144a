#include "fix/fix.h"

#include <fmt/format.h>

namespace headroom {
namespace {

FixOutcome NotFixed(std::string_view reason) {
  return FixOutcome{.fixed = false, .text = fmt::format("not fixed: {}", reason)};
}

}  // namespace

FixOutcome ApplyFix(const FixContext& context, Mode mode, const Finding& finding,
                    ContainerFacts& facts) {
  if (!finding.fix) return NotFixed(finding.no_fix_reason);
  if (mode == Mode::kObserve) return NotFixed("mode is observe, in which nothing is written");
  if (const auto* max = std::get_if<SetMemoryMax>(&*finding.fix)) {
    return FixMemoryMax(context, max->value, facts);
  }
  return FixShm(context, std::get<ResizeShm>(*finding.fix).value, facts);
}

}  // namespace headroom
