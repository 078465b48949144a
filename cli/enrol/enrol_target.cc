#include "cli/enrol/enrol_target.h"

#include <fmt/format.h>

#include <utility>

#include "container/enrolment/enrol.h"
#include "container/running/meanwhile.h"
#include "fix/finding_record.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "kernel/cgroup/freezer_v1.h"
#include "policy/apply.h"

namespace headroom {
namespace {

using Kind = EnrolOutcome::Kind;

/// What is known of it before anything is read.
Enrolment KnownOf(const Target& target) {
  if (target.enrolment) return *target.enrolment;
  Enrolment container;
  container.id = target.container.id;
  container.engine = target.container.runtime;
  return container;
}

EnrolOutcome Ended(Enrolment container) {
  return {.kind = Kind::kEnded,
          .why = "its init has ended meanwhile",
          .container = std::move(container)};
}

EnrolOutcome Not(Enrolment container, std::string why) {
  return {.kind = Kind::kNot, .why = std::move(why), .container = std::move(container)};
}

/// What the hook would have done before the container's program ran is not done to it now.
std::vector<FindingRecord> FindingsOfRunning(const Decision& decision) {
  std::vector<FindingRecord> records = ToRecords(decision.findings);
  for (FindingRecord& record : records) {
    if (record.action == ActionName(Action::kFix)) {
      record.fix_outcome = "not fixed: it ran already when it was enrolled";
    }
  }
  return records;
}

bool IsPaused(const HostView& host, const Enrolment& container) {
  if (container.cgroup_version == CgroupVersion::kV1) return IsFrozenV1(host, container.init.pid);
  const auto cgroup = CgroupDir::Open(host, container.cgroup.path);
  const auto events = cgroup ? cgroup->ReadValue("cgroup.events") : std::unexpected(cgroup.error());
  return events && events->find("frozen 1") != std::string::npos;
}

/// Why its facts are not enough to tell it from others; empty when they are.
std::string WhyNotCertain(const Target& target, const ContainerFacts& facts) {
  if (facts.cgroup.path.empty()) return facts.not_own_reason;
  if (target.container.init.start_ticks == 0 && target.container.cgroup.empty()) {
    return "its runtime does not say when its init started nor in which cgroup, so its process "
           "number may be another's by now";
  }
  return {};
}

struct Look {
  Enrolment enrolment;
  std::vector<std::string> warnings;
  std::string why_not;  ///< empty: it can be enrolled
};

Result<Look> LookAt(const PolicyLayer& policy, const EnrolSubject& subject) {
  const auto facts = subject.facts();
  if (!facts) return std::unexpected(facts.error());
  AppliedPolicy applied = ApplyPolicy(policy, *facts);
  Look look{.enrolment = EnrolmentUnder(applied, *facts, FindingsOfRunning(applied.decision)),
            .warnings = std::move(applied.warnings),
            .why_not = subject.why_not(*facts)};
  look.enrolment.oom_policy = subject.known.oom_policy;  // of no file, and so no fact
  return look;
}

EnrolOutcome Register(const Environment& environment, Look look) {
  EnrolOutcome outcome{.kind = Kind::kEnrolled,
                       .container = std::move(look.enrolment),
                       .warnings = std::move(look.warnings)};
  // Its hook, or another `headroom enrol`, may have been faster.
  if (RegistryDir(environment.paths.run_dir).Has(outcome.container)) {
    outcome.kind = Kind::kAlready;
    return outcome;
  }
  outcome.paused = IsPaused(environment.host, outcome.container);
  if (const auto enrolled = Enrol(environment.paths, outcome.container); !enrolled) {
    return Not(std::move(outcome.container), enrolled.error().Message());
  }
  return outcome;
}

}  // namespace

EnrolOutcome EnrolNow(const Environment& environment, const PolicyLayer& policy,
                      const EnrolSubject& subject) {
  constexpr int kMostLooks = 5;
  for (int looks = 0; looks < kMostLooks; ++looks) {
    auto look = LookAt(policy, subject);
    if (!look && look.error().code == ErrorCode::kGone) return Ended(subject.known);
    if (!look) return Not(subject.known, look.error().Message());
    if (!look->why_not.empty()) return Not(std::move(look->enrolment), std::move(look->why_not));
    switch (SinceTheLook(environment.host, look->enrolment)) {
      case Meanwhile::kNothing:
        return Register(environment, *std::move(look));
      case Meanwhile::kEnded:
        return Ended(std::move(look->enrolment));
      case Meanwhile::kMoved:
      case Meanwhile::kCounted:
        break;  // once more, as it is now
    }
  }
  return Not(subject.known,
             fmt::format("its cgroup changed, or a process in it was killed, during each of {} "
                         "looks; try again",
                         kMostLooks));
}

EnrolOutcome EnrolTarget(const Environment& environment, const PolicyLayer& policy,
                         const Target& target) {
  if (target.enrolment) return {.kind = Kind::kAlready, .container = *target.enrolment};
  return EnrolNow(
      environment, policy,
      {.known = KnownOf(target),
       .facts = [&] { return FactsOfTarget(environment, target); },
       .why_not = [&](const ContainerFacts& facts) { return WhyNotCertain(target, facts); }});
}

}  // namespace headroom
