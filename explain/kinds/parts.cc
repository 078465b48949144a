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

void SetAdvice(Verdict& verdict, Advice advice) {
  verdict.advice = advice.now;
  verdict.advice.insert(verdict.advice.end(), advice.cure.begin(), advice.cure.end());
  verdict.advice_now = std::move(advice.now);
  verdict.advice_cure = std::move(advice.cure);
}

void AddFigures(const Case& the_case, Verdict& verdict) {
  AddHeldFigures(the_case, verdict);
  verdict.snapshot_age = SnapshotAge(the_case);
  if (const auto& held = the_case.held) {
    verdict.held = HeldFigures{.anon = held->anon,
                               .shmem = held->shmem,
                               .zswap = held->zswap,
                               .kernel = held->kernel,
                               .cache = held->cache,
                               .cgroup = EscapedForPeople(held->cgroup),
                               .at_kill = held->at_kill,
                               .evidence = held->evidence};
  }
  if (const auto growth = FindGrowth(the_case)) {
    const auto& pressure = growth->first_pressure;
    verdict.growth =
        GrowthFigures{.shape = std::string(ShapeName(growth->shape)),
                      .bytes_per_second = static_cast<std::uint64_t>(growth->bytes_per_second),
                      .duration = growth->duration,
                      .samples = growth->samples,
                      .fit = growth->fit,
                      .first_pressure = pressure ? std::optional(pressure->at) : std::nullopt,
                      .to_limit = growth->to_limit};
  }
}

}  // namespace headroom
