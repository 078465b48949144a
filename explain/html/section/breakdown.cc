#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/text.h"
#include "explain/html/section/full_parts.h"
#include "explain/html/section/page_content.h"
#include "explain/html/section/shared_bars.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

std::optional<Bytes> PartOf(const Filling& held, MemoryPart part) {
  switch (part) {
    case MemoryPart::kAnon:
      return held.anon;
    case MemoryPart::kShmem:
      return held.shmem;
    case MemoryPart::kKernel:
      return held.kernel;
    case MemoryPart::kCache:
      return held.cache;
  }
  return std::nullopt;
}

std::optional<Bytes> LimitOf(const Filling& held) {
  if (!held.limit || held.limit->unlimited()) return std::nullopt;
  return held.limit->bytes();
}

/// The four large parts, where no statistics state more, and what is told apart from the kernel's.
PartBar LargeParts(const Filling& held) {
  PartBar bar;
  bar.limit = LimitOf(held);
  for (const MemoryPart part : kMemoryParts) {
    bar.rows.push_back({.name = PartName(part), .family = part, .bytes = PartOf(held, part)});
  }
  if (held.zswap.value_or(Bytes{}).value > 0) {
    bar.rows.push_back(
        {.name = "compressed swap (zswap)", .family = MemoryPart::kKernel, .bytes = held.zswap});
  }
  return bar;
}

/// The breakdown of the cgroup and the moment that the verdict goes by; nullptr: there is none.
const BreakdownFigures* FullPartsOf(const PageContent& content) {
  const Filling& held = *content.the_case.held;
  const std::string_view when = held.at_kill ? "kill" : "snapshot";
  const std::string cgroup = EscapedForPeople(held.cgroup);
  const auto& all = content.verdict.breakdown;
  const auto found = std::ranges::find_if(all, [&](const BreakdownFigures& figures) {
    return figures.when == when && figures.cgroup == cgroup;
  });
  return found == all.end() ? nullptr : &*found;
}

std::string WhenText(const PageContent& content) {
  const Case& the_case = content.the_case;
  if (the_case.held->at_kill) return "at the kill, as the kernel printed it";
  const auto age = SnapshotAge(the_case);
  return age ? "at the snapshot, " + BeforeEnd(content, *age) : "at the snapshot";
}

void PutHeld(Markup& out, const PageContent& content) {
  const Filling& held = *content.the_case.held;
  const BreakdownFigures* full = FullPartsOf(content);
  out.Put({"<figure><figcaption>", TextOfBytes(held.cgroup), ", ", Text(WhenText(content)), " "});
  PutCitation(out, content, full == nullptr ? held.evidence : full->evidence);
  out.Put({"</figcaption>\n"});
  PutPartBar(out, full == nullptr ? LargeParts(held) : FullParts(full->breakdown, LimitOf(held)));
  out.Put({"</figure>\n"});
}

}  // namespace

void PutBreakdown(Markup& out, const PageContent& content) {
  if (!content.the_case.held && !HasSharedBars(content)) return;
  out.Put({"<section aria-labelledby=\"held\">\n<h2 id=\"held\">What the memory was</h2>\n"});
  if (content.the_case.held) PutHeld(out, content);
  PutSharedBars(out, content);
  out.Put({"</section>\n"});
}

}  // namespace headroom
