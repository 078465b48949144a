#include <fmt/format.h>

#include <algorithm>

#include "explain/study/kernel_kind.h"
#include "explain/words/statements.h"
#include "explain/words/words.h"
#include "explain/words/worth.h"

namespace headroom {
namespace {

std::string_view NameOf(ChargedPart part) {
  switch (part) {
    case ChargedPart::kSlabUnreclaimable:
      return "slab";
    case ChargedPart::kKernelStacks:
      return "stacks of threads";
    case ChargedPart::kPageTables:
      return "page tables";
    case ChargedPart::kPercpu:
      return "memory for each processor";
    case ChargedPart::kVmalloc:
      return "vmalloc";
    case ChargedPart::kSock:
      return "buffers of sockets";
    default:
      return "memory that memory.stat does not name (pipes have such)";
  }
}

}  // namespace

std::vector<Statement> KernelStatements(const Case& the_case) {
  const auto kinds = FindKernelKinds(the_case);
  std::vector<std::string> texts;
  for (const PartAmount& kind : kinds.kinds) {
    if (!IsWorthNaming(the_case, kind.bytes)) continue;
    texts.push_back(fmt::format("{} {}{}", NameOf(kind.part), ToText(kind.bytes),
                                ShareText(kind.bytes, ComparedWith(the_case))));
  }
  if (texts.empty()) return {};
  return {{.label = "held by",
           .text = fmt::format("of the kernel's: {}{}", fmt::join(texts, ", "),
                               kinds.at_kill ? " (at the kill)" : ""),
           .evidence = kinds.evidence}};
}

}  // namespace headroom
