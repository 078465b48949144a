#include "cli/enrol/tell_outcomes.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "cli/live_state.h"
#include "fix/finding_record.h"

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

}  // namespace

void PrintOutcome(const Environment& environment, const EnrolOutcome& outcome) {
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

void PrintOutcomesJson(const Environment& environment, const std::vector<EnrolOutcome>& outcomes) {
  json containers = json::array();
  for (const EnrolOutcome& outcome : outcomes) containers.push_back(ToJson(outcome));
  environment.out << DumpJson({{"schema", "headroom.enrol/1"},
                               {"supervisor", SupervisorIsAlive(environment.paths.run_dir)},
                               {"containers", std::move(containers)}});
}

void TellSurroundings(const Environment& environment, const LoadedPolicy& policy) {
  for (const std::string& warning : policy.warnings) {
    environment.err << fmt::format("headroom: {}\n", warning);
  }
  if (SupervisorIsAlive(environment.paths.run_dir)) return;
  environment.err << "headroom: headroomd does not run, so nothing is watched until it does: "
                     "systemctl start headroomd\n";
}

}  // namespace headroom
