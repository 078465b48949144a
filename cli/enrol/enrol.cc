#include "cli/enrol/enrol.h"

#include <algorithm>
#include <vector>

#include "cli/enrol/enrol_target.h"
#include "cli/enrol/tell_outcomes.h"
#include "cli/targets.h"
#include "policy/layers/load.h"

namespace headroom {
namespace {

using Kind = EnrolOutcome::Kind;

int EnrolEach(const Environment& environment, const EnrolOptions& options,
              const std::vector<Target>& targets) {
  const LoadedPolicy policy =
      LoadPolicyOrObserve(environment.paths.config_dir, environment.paths.run_dir);
  std::vector<EnrolOutcome> outcomes;
  outcomes.reserve(targets.size());
  for (const Target& target : targets) {
    outcomes.push_back(EnrolTarget(environment, policy.layer, target));
    if (!options.json) PrintOutcome(environment, outcomes.back());
  }
  if (options.json) PrintOutcomesJson(environment, outcomes);
  TellSurroundings(environment, policy);
  // One of all that ended by itself leaves nothing to be done.
  const bool incomplete = std::ranges::any_of(outcomes, [&](const EnrolOutcome& outcome) {
    return outcome.kind == Kind::kNot ||
           (outcome.kind == Kind::kEnded && !options.container.empty());
  });
  return incomplete ? CliStatus::kIncomplete : CliStatus::kDone;
}

}  // namespace

int EnrolRunning(const Environment& environment, const EnrolOptions& options) {
  if (!environment.root) {
    return Fail(environment, CliStatus::kIncomplete,
                "enrol registers containers with root's headroomd, which only root may: try again "
                "with sudo");
  }
  if (!options.container.empty()) {
    const auto target = FindTarget(environment, options.container);
    return target ? EnrolEach(environment, options, {*target})
                  : TellNoTarget(environment, target.error());
  }
  const auto targets = RunningTargets(environment);
  if (!targets) return FailToRead(environment, targets.error());
  if (targets->empty() && !options.json) environment.err << "headroom: no container is running\n";
  return EnrolEach(environment, options, *targets);
}

}  // namespace headroom
