#include "cli/enrol/enrol.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "cli/enrol/enrol_target.h"
#include "cli/live_state.h"
#include "cli/targets.h"
#include "fix/finding_record.h"
#include "policy/layers/load.h"

namespace headroom {
namespace {

using nlohmann::json;
using Kind = EnrolOutcome::Kind;

std::string_view KindName(Kind kind) {
  switch (kind) {
    case Kind::kEnrolled:
      return "enrolled";
    case Kind::kAlready:
      return "already-enrolled";
    case Kind::kNot:
      return "not-enrolled";
    case Kind::kEnded:
      return "ended";
  }
  return "";
}

std::string EnrolledText(const EnrolOutcome& outcome) {
  const Enrolment& container = outcome.container;
  std::string text = "enrolled";
  if (!container.own_cgroup) {
    text += fmt::format(", only observed: {}", EscapedForPeople(container.not_own_reason));
  } else if (container.mode != Mode::kTripwire) {
    text += fmt::format(", mode {}", ModeName(container.mode));
  }
  return outcome.paused ? text + " (it is paused)" : text;
}

std::string OutcomeText(const EnrolOutcome& outcome) {
  switch (outcome.kind) {
    case Kind::kEnrolled:
      return EnrolledText(outcome);
    case Kind::kAlready:
      return "already enrolled";
    case Kind::kNot:
    case Kind::kEnded:
      break;
  }
  return "not enrolled: " + EscapedForPeople(outcome.why);
}

void PrintText(const Environment& environment, const EnrolOutcome& outcome) {
  const Enrolment& container = outcome.container;
  environment.out << fmt::format("{} ({}): {}\n", EscapedForPeople(container.DisplayName()),
                                 EscapedForPeople(container.engine), OutcomeText(outcome));
  if (outcome.kind != Kind::kEnrolled) return;
  for (const std::string& warning : outcome.warnings) {
    environment.out << fmt::format("  warning: {}\n", warning);
  }
  for (const FindingRecord& finding : container.findings) {
    environment.out << fmt::format("  warning: {}\n", EscapedForPeople(FindingText(finding)));
  }
}

json ToJson(const EnrolOutcome& outcome) {
  const Enrolment& container = outcome.container;
  const bool enrolled = outcome.kind == Kind::kEnrolled || outcome.kind == Kind::kAlready;
  const bool is_new = outcome.kind == Kind::kEnrolled;
  json warnings = outcome.warnings;
  for (const FindingRecord& finding : container.findings) {
    if (is_new) warnings.push_back(EscapedForPeople(FindingText(finding)));
  }
  const bool shared = enrolled && !container.own_cgroup;
  return {
      {"name", EscapedForPeople(container.DisplayName())},
      {"id", EscapedForPeople(container.id)},
      {"engine", EscapedForPeople(container.engine)},
      {"result", KindName(outcome.kind)},
      {"reason", outcome.why.empty() ? json(nullptr) : json(EscapedForPeople(outcome.why))},
      {"mode", enrolled ? json(ModeName(container.mode)) : json(nullptr)},
      {"only_observed", shared ? json(EscapedForPeople(container.not_own_reason)) : json(nullptr)},
      {"paused", is_new ? json(outcome.paused) : json(nullptr)},
      {"warnings", std::move(warnings)}};
}

void PrintJson(const Environment& environment, const std::vector<EnrolOutcome>& outcomes,
               bool supervised) {
  json containers = json::array();
  for (const EnrolOutcome& outcome : outcomes) containers.push_back(ToJson(outcome));
  environment.out << DumpJson({{"schema", "headroom.enrol/1"},
                               {"supervisor", supervised},
                               {"containers", std::move(containers)}});
}

/// What stands in nobody's list of containers: of the policy, and of who is to watch.
void TellSurroundings(const Environment& environment, const LoadedPolicy& policy, bool supervised) {
  for (const std::string& warning : policy.warnings) {
    environment.err << fmt::format("headroom: {}\n", warning);
  }
  if (supervised) return;
  environment.err << "headroom: headroomd does not run, so nothing is watched until it does: "
                     "systemctl start headroomd\n";
}

int EnrolEach(const Environment& environment, const EnrolOptions& options,
              const std::vector<Target>& targets) {
  const LoadedPolicy policy =
      LoadPolicyOrObserve(environment.paths.config_dir, environment.paths.run_dir);
  const bool supervised = SupervisorIsAlive(environment.paths.run_dir);
  std::vector<EnrolOutcome> outcomes;
  outcomes.reserve(targets.size());
  for (const Target& target : targets) {
    outcomes.push_back(EnrolTarget(environment, policy.layer, target));
    if (!options.json) PrintText(environment, outcomes.back());
  }
  if (options.json) PrintJson(environment, outcomes, supervised);
  TellSurroundings(environment, policy, supervised);
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
