#include "explain/study/kernel_kind.h"

#include <algorithm>

#include "explain/study/breakdowns.h"

namespace headroom {
namespace {

bool IsKindOfKernelMemory(ChargedPart part) {
  switch (part) {
    case ChargedPart::kSlabUnreclaimable:
    case ChargedPart::kKernelStacks:
    case ChargedPart::kPageTables:
    case ChargedPart::kPercpu:
    case ChargedPart::kVmalloc:
    case ChargedPart::kOtherKernel:
    case ChargedPart::kSock:
      return true;
    default:
      return false;
  }
}

bool IsMostlyKernel(const Case& the_case) {
  if (the_case.filled) return the_case.filled == Part::kKernel;
  return the_case.alive && the_case.held && LargestPart(*the_case.held) == Part::kKernel;
}

}  // namespace

std::optional<ChargedPart> KernelKinds::Main() const {
  Bytes all;
  for (const PartAmount& kind : kinds) all = all + kind.bytes;
  const bool half = all.value > 0 && Share(kinds.front().bytes, all) >= 0.5;
  return half ? std::optional(kinds.front().part) : std::nullopt;
}

KernelKinds FindKernelKinds(const Case& the_case) {
  if (!IsMostlyKernel(the_case)) return {};
  const auto all = FindBreakdowns(the_case);
  // What filled it is decided by the kernel's own report where there is one.
  const RecordedBreakdown* found = FindAt(all, BreakdownMoment::kKill);
  const bool at_kill = found != nullptr;
  if (found == nullptr) found = FindAt(all, BreakdownMoment::kSnapshot);
  if (found == nullptr || !found->breakdown.kernel_stated) return {};
  KernelKinds kinds{.kinds = {}, .at_kill = at_kill, .evidence = found->evidence};
  std::ranges::copy_if(found->breakdown.parts, std::back_inserter(kinds.kinds),
                       [](const PartAmount& part) { return IsKindOfKernelMemory(part.part); });
  std::ranges::stable_sort(kinds.kinds, std::ranges::greater{},
                           [](const PartAmount& part) { return part.bytes.value; });
  return kinds;
}

}  // namespace headroom
