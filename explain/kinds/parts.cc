#include "explain/kinds/parts.h"

#include <utility>

#include "base/text.h"
#include "explain/study/growth.h"
#include "explain/words/words.h"

namespace headroom {

void Append(std::vector<Statement>& statements, std::vector<Statement> more) {
  for (Statement& statement : more) {
    if (!statement.evidence.empty()) statements.push_back(std::move(statement));
  }
}

Verdict Begin(const Evidence& evidence) {
  Verdict verdict;
  verdict.container = Shown(evidence.container.DisplayName());
  verdict.bundle = EscapedForPeople(evidence.bundle_path);
  return verdict;
}

void AddFigures(const Case& the_case, Verdict& verdict) {
  AddHeldFigures(the_case, verdict);
  verdict.snapshot_age = SnapshotAge(the_case);
  if (const auto& held = the_case.held) {
    verdict.held = HeldFigures{.anon = held->anon,
                               .shmem = held->shmem,
                               .kernel = held->kernel,
                               .cache = held->cache,
                               .cgroup = EscapedForPeople(held->cgroup),
                               .at_kill = held->at_kill,
                               .evidence = held->evidence};
  }
  if (const auto growth = FindGrowth(the_case)) {
    verdict.growth =
        GrowthFigures{.bytes_per_second = static_cast<std::uint64_t>(growth->bytes_per_second),
                      .duration = growth->duration,
                      .samples = growth->samples,
                      .fit = growth->fit};
  }
}

}  // namespace headroom
