#include "hook/run.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "base/json.h"
#include "base/stopwatch.h"
#include "base/text.h"
#include "container/enrolment/enrol.h"
#include "container/oci/oci_config.h"
#include "container/oci/oci_state.h"
#include "evidence/denial.h"
#include "fix/admit.h"
#include "fix/finding_record.h"
#include "policy/deny_line.h"

namespace headroom {
namespace {

/// One start of one container on its way through the stages.
class Start {
 public:
  Start(const Options& options, const HookEnvironment& environment, Reporter& reporter)
      : options_(options), environment_(environment), reporter_(reporter) {}

  int Run(const OciState& state);
  int Fail(const Error& error);

 private:
  [[nodiscard]] bool OfLxc() const { return options_.stage && IsOfLxc(*options_.stage); }
  std::optional<OciConfig> ReadConfig(const OciState& state);
  int Deny(const Admission& admission);
  int Allow(const Admission& admission);
  void SayFindings(const Enrolment& enrolment);
  void StartSupervisor(SupervisorChoice choice);

  const Options& options_;
  const HookEnvironment& environment_;
  Reporter& reporter_;
};

std::string WhoText(const Enrolment& enrolment) {
  return fmt::format("container {} ({})", EscapedForPeople(enrolment.DisplayName()),
                     EscapedForPeople(enrolment.engine));
}

int Start::Fail(const Error& error) {
  const std::string message = EscapedForPeople(error.Message());
  if (options_.on_error == OnError::kOpen) {
    Warn(reporter_, fmt::format("{}; the container starts unwatched", message));
    return HookStatus::kAllowed;
  }
  const std::string line =
      WithoutMisleadingPhrases(fmt::format("headroom: error: {}; the container is not started, "
                                           "since the hook was installed with --on-error closed",
                                           message));
  reporter_.ToUser(line);
  reporter_.ToJournal(LogLevel::kError, line);
  return HookStatus::kInternalError;
}

/// crun may say "/" for a bundle it does not know, and LXC need not have a file; without it fewer
/// things are known.
std::optional<OciConfig> Start::ReadConfig(const OciState& state) {
  const auto& lxc_file = environment_.lxc.config_file;
  const bool missing = OfLxc() ? !lxc_file : !state.bundle || *state.bundle == "/";
  if (missing) return std::nullopt;
  auto config = OfLxc()
                    ? ReadLxcConfig(*lxc_file, DetectCgroupVersion(environment_.surroundings.host))
                    : ReadOciConfig(*state.bundle);
  if (config) return std::move(*config);
  Warn(reporter_, fmt::format("{}; continuing without what it says",
                              EscapedForPeople(config.error().Message())));
  return std::nullopt;
}

int Start::Deny(const Admission& admission) {
  environment_.decided(HookStatus::kDenied);
  const std::string line = DenyLine(*admission.denial);
  reporter_.ToUser(line);
  reporter_.ToJournal(LogLevel::kError, line);
  // The user gets the one line that is the reason; runtimes show little more.
  for (const std::string& warning : admission.warnings) {
    reporter_.ToJournal(LogLevel::kWarning, warning);
  }
  const std::string who = WhoText(admission.record);
  const auto published = PublishDenial(environment_.paths.store_dir, admission.record);
  if (published) {
    reporter_.ToJournal(
        LogLevel::kInfo,
        fmt::format("{} was not started; the decision is kept in {}", who, *published));
  } else {
    reporter_.ToJournal(LogLevel::kWarning,
                        fmt::format("{} was not started; the decision could not be kept: {}", who,
                                    published.error().Message()));
  }
  return HookStatus::kDenied;
}

void Start::SayFindings(const Enrolment& enrolment) {
  for (const FindingRecord& finding : enrolment.findings) {
    const std::string line =
        fmt::format("headroom: warning: {}", EscapedForPeople(FindingText(finding)));
    reporter_.ToUser(line);
    reporter_.ToJournal(LogLevel::kWarning, fmt::format("{} [{}]", line, WhoText(enrolment)));
  }
}

int Start::Allow(const Admission& admission) {
  const Enrolment& enrolment = admission.record;
  // Where prestart and createRuntime are both registered, the second has nothing new to say.
  if (RegistryDir(environment_.paths.run_dir).Has(enrolment)) return HookStatus::kAllowed;
  for (const std::string& warning : admission.warnings) Warn(reporter_, warning);
  SayFindings(enrolment);
  if (admission.supervisor == SupervisorChoice::kNone) return HookStatus::kAllowed;
  if (const auto enrolled = Enrol(environment_.paths, enrolment); !enrolled) {
    Warn(reporter_, fmt::format("{} is unwatched: it could not be enrolled: {}", WhoText(enrolment),
                                EscapedForPeople(enrolled.error().Message())));
  } else if (enrolment.cgroup.path.empty()) {
    Warn(reporter_, fmt::format("{} is not watched: {}", WhoText(enrolment),
                                EscapedForPeople(enrolment.not_own_reason)));
  } else {
    StartSupervisor(admission.supervisor);
  }
  return HookStatus::kAllowed;
}

/// Behind the enrolment, so that it is there when the one that is started looks.
void Start::StartSupervisor(SupervisorChoice choice) {
  const HostView& host = environment_.surroundings.host;
  const auto to_start =
      CommandsToStart(choice, environment_.programs, environment_.paths.run_dir, host);
  const char* lacking =
      to_start.commands.size() > 1 ? "no supervisor listens" : "no guardian is there";
  if (to_start.detached && WaitsForOrphans(host, environment_.surroundings.runtime)) {
    Warn(reporter_,
         fmt::format("{}, and none is started, as crun run would wait for its end: start headroomd "
                     "first, or the container with crun create or crun run --detach",
                     lacking));
    return;
  }
  for (const auto& command : to_start.commands) {
    const auto started = StartOutside(command, host);
    if (started) continue;
    Warn(reporter_, fmt::format("{}, and none could be started: {}", lacking,
                                EscapedForPeople(started.error().Message())));
    return;
  }
}

int Start::Run(const OciState& state) {
  const auto policy = ChoosePolicy(environment_.paths, options_.on_error);
  if (!policy) return Fail(policy.error());
  for (const std::string& warning : policy->warnings) Warn(reporter_, warning);
  for (const std::string& note : policy->notes) reporter_.ToJournal(LogLevel::kInfo, note);
  Stopwatch watch;  // what comes before is no part of the three times
  const auto config = ReadConfig(state);
  auto facts = CollectFacts(environment_.surroundings, state, config ? &*config : nullptr);
  if (!facts) return Fail(facts.error());
  // Its cgroup, by which it is known otherwise, has whatever name lxc.cgroup.dir gives it.
  if (OfLxc()) {
    facts->engine.engine = kLxcEngine;
    facts->engine.name = state.id;
  }
  // Only now, as overrides hold for an engine, a name, a label. The fixes may take too long, but
  // that can no longer refuse what policy allows.
  const Admission admission = Admit(policy->layer, environment_.fixes, *facts,
                                    {.facts_us = watch.Lap(), .before_fixes = [this] {
                                       environment_.decided(HookStatus::kAllowed);
                                     }});
  return admission.denial ? Deny(admission) : Allow(admission);
}

/// Nothing here can protect anything any more, so nothing fails.
int Poststop(const HookEnvironment& environment, const OciState& state, Reporter& reporter) {
  const RegistryDir registry(environment.paths.run_dir);
  const auto marked = registry.MarkStopped(environment.surroundings.host, state.id);
  if (!marked) Warn(reporter, EscapedForPeople(marked.error().Message()));
  if (marked && *marked > 0) (void)RingDoorbell(environment.paths.run_dir);
  return HookStatus::kAllowed;
}

}  // namespace

Result<LoadedPolicy> ChoosePolicy(const StatePaths& paths, OnError on_error) {
  if (on_error == OnError::kClosed) return LoadPolicy(paths.config_dir, paths.run_dir);
  return LoadPolicyOrObserve(paths.config_dir, paths.run_dir);
}

int RunHook(const Options& options, const HookEnvironment& environment, Reporter& reporter) {
  Start start(options, environment, reporter);
  const auto state = options.stage && IsOfLxc(*options.stage)
                         ? StateOfLxc(environment.lxc)
                         : ReadOciState(environment.state_fd, "container state on standard input");
  if (options.stage == Stage::kPoststop || options.stage == Stage::kLxcStop ||
      options.stage == Stage::kLxcPostStop) {
    if (state) return Poststop(environment, *state, reporter);
    Warn(reporter, EscapedForPeople(state.error().Message()));
    return HookStatus::kAllowed;
  }
  return state ? start.Run(*state) : start.Fail(state.error());
}

}  // namespace headroom
