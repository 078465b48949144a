#include "explain/advice/advice.h"

#include "explain/advice/families.h"
#include "explain/advice/raise.h"
#include "explain/study/thrash.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

Advice AboutFilling(const Case& the_case) {
  if (the_case.cause == Cause::kStartupOom) return AboutStart(the_case);
  return the_case.filled ? AboutPart(the_case, *the_case.filled) : AboutUnknownFilling(the_case);
}

Advice AboutLevel(const Case& the_case) {
  switch (the_case.level.kind) {
    case LevelKind::kHost:
      return AboutHost(the_case);
    case LevelKind::kByHand:
      return AboutByHand();
    case LevelKind::kAncestor:
      return AboutAncestor(the_case);
    case LevelKind::kDescendant:
      return AboutDescendant(the_case);
    case LevelKind::kOwn:
      return AboutFilling(the_case);
    case LevelKind::kUnknown:
      break;
  }
  return AboutUnknownLimit(the_case);
}

}  // namespace

Advice AboutPart(const Case& the_case, Part part) {
  switch (part) {
    case Part::kShmem:
      return AboutShm(the_case);
    case Part::kKernel:
      return AboutKernel(the_case);
    case Part::kDirty:
      return AboutDirty(the_case);
    case Part::kAnon:
      break;
  }
  return AboutAnon(the_case);
}

Advice AdviceFor(const Case& the_case) {
  Advice advice = AboutLevel(the_case);
  if (the_case.cause == Cause::kGroupKill && the_case.level.kind != LevelKind::kUnknown) {
    advice.cure.emplace_back(
        "They died together because memory.oom.group is 1; with 0 the kernel would have killed one "
        "and left the rest.");
  }
  if (ThrashBeforeKill(the_case)) {
    advice.cure.emplace_back(
        "A limit that only just holds what it allocates leaves its files no room, and it slows "
        "down "
        "long before it is killed: count what it reads again and again in as well.");
  }
  return advice;
}

std::vector<std::string> AdviceForDenial(const Enrolment& container) {
  Lines commands;
  for (const FindingRecord& finding : container.findings) {
    if (finding.action == "deny" && !finding.advice.empty()) {
      commands.push_back("  " + ShownSentence(finding.advice));
    }
  }
  if (commands.empty()) return {};
  Lines lines = {"What policy wants to see instead:"};
  Append(lines, commands);
  return lines;
}

}  // namespace headroom
