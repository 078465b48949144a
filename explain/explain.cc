#include "explain/kinds/kinds.h"
#include "explain/verdict.h"

namespace headroom {

Verdict Explain(const Evidence& evidence) {
  switch (evidence.kind) {
    case BundleKind::kDenied:
      return ExplainDenial(evidence);
    case BundleKind::kKilled:
      return ExplainKilled(evidence);
    case BundleKind::kStall:
    case BundleKind::kSnap:
      return ExplainAlive(evidence);
    case BundleKind::kOomKill:
    case BundleKind::kGroupKill:
      break;
  }
  return ExplainKill(evidence);
}

}  // namespace headroom
