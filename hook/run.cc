#include "hook/run.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "base/json.h"
#include "base/text.h"
#include "container/facts_record.h"
#include "container/oci_config.h"
#include "container/oci_state.h"
#include "hook/decision.h"
#include "hook/deny.h"
#include "hook/enrol.h"
#include "hook/settle.h"
#include "policy/decision_record.h"
#include "policy/layers/resolve.h"

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
  std::optional<OciConfig> ReadConfig(const OciState& state);
  int Deny(const Finding& denial, Mode mode, std::vector<FindingRecord> records);
  int Allow(const Policy& policy, Decision decision);
  void SayFindings(const Enrolment& enrolment);

  const Options& options_;
  const HookEnvironment& environment_;
  Reporter& reporter_;
  ContainerFacts facts_;
  std::vector<std::string> policy_warnings_;  ///< refused annotations
  DecisionRecord record_;
  Stopwatch watch_;
};

std::vector<FindingRecord> ToRecords(const std::vector<Finding>& findings) {
  std::vector<FindingRecord> records;
  records.reserve(findings.size());
  for (const Finding& finding : findings) records.push_back(ToRecord(finding));
  return records;
}

std::string WhoText(const Enrolment& enrolment) {
  return fmt::format("container {} ({})", EscapedForPeople(enrolment.DisplayName()),
                     EscapedForPeople(enrolment.engine));
}

int Start::Fail(const Error& error) {
  const std::string message = EscapedForPeople(error.Message());
  if (options_.on_error == OnError::kOpen) {
    Warn(reporter_, fmt::format("{}; the container starts unwatched", message));
    return ExitStatus::kAllowed;
  }
  const std::string line =
      WithoutMisleadingPhrases(fmt::format("headroom: error: {}; the container is not started, "
                                           "since the hook was installed with --on-error closed",
                                           message));
  reporter_.ToUser(line);
  reporter_.ToJournal(LogLevel::kError, line);
  return ExitStatus::kInternalError;
}

/// crun may say "/" for a bundle it does not know; without config.json fewer things are known.
std::optional<OciConfig> Start::ReadConfig(const OciState& state) {
  if (!state.bundle || *state.bundle == "/") return std::nullopt;
  auto config = ReadOciConfig(*state.bundle);
  if (config) return std::move(*config);
  Warn(reporter_, fmt::format("{}; continuing without what it says",
                              EscapedForPeople(config.error().Message())));
  return std::nullopt;
}

int Start::Deny(const Finding& denial, Mode mode, std::vector<FindingRecord> records) {
  environment_.decided(ExitStatus::kDenied);
  const std::string line = DenyLine(denial);
  reporter_.ToUser(line);
  reporter_.ToJournal(LogLevel::kError, line);
  // The user gets the one line that is the reason; runtimes show little more.
  for (const std::string& warning : policy_warnings_) {
    reporter_.ToJournal(LogLevel::kWarning, warning);
  }
  Enrolment record = MakeEnrolment(facts_, mode, std::move(records));
  record.log_lines = static_cast<std::uint32_t>(record_.log_lines.value_or(kDefaultLogLines));
  record.policy = std::move(record_);
  const auto published = PublishDenial(environment_.paths.store_dir, record);
  if (published) {
    reporter_.ToJournal(
        LogLevel::kInfo,
        fmt::format("{} was not started; the decision is kept in {}", WhoText(record), *published));
  } else {
    reporter_.ToJournal(LogLevel::kWarning,
                        fmt::format("{} was not started; the decision could not be kept: {}",
                                    WhoText(record), published.error().Message()));
  }
  return ExitStatus::kDenied;
}

void Start::SayFindings(const Enrolment& enrolment) {
  for (const FindingRecord& finding : enrolment.findings) {
    const std::string line =
        fmt::format("headroom: warning: {}", EscapedForPeople(FindingText(finding)));
    reporter_.ToUser(line);
    reporter_.ToJournal(LogLevel::kWarning, fmt::format("{} [{}]", line, WhoText(enrolment)));
  }
}

int Start::Allow(const Policy& policy, Decision decision) {
  // What follows may take too long, but that can no longer refuse what policy allows.
  if (environment_.decided) environment_.decided(ExitStatus::kAllowed);
  Settled settled = Settle(environment_.fixes, policy, std::move(decision), facts_);
  record_.fixes_us = watch_.Lap();
  record_.rules = ToDecisionRecord(settled.decision).rules;
  if (settled.denial) return Deny(*settled.denial, policy.mode, std::move(settled.records));
  Enrolment enrolment = MakeEnrolment(facts_, policy.mode, std::move(settled.records));
  enrolment.log_lines = policy.log_lines;
  enrolment.policy = std::move(record_);
  // Where prestart and createRuntime are both registered, the second has nothing new to say.
  if (RegistryDir(environment_.paths.run_dir).Has(enrolment)) return ExitStatus::kAllowed;
  for (const std::string& warning : policy_warnings_) Warn(reporter_, warning);
  SayFindings(enrolment);
  if (const auto enrolled = Enrol(environment_.paths, enrolment); !enrolled) {
    Warn(reporter_, fmt::format("{} is unwatched: it could not be enrolled: {}", WhoText(enrolment),
                                EscapedForPeople(enrolled.error().Message())));
  } else if (enrolment.cgroup.path.empty()) {
    Warn(reporter_, fmt::format("{} is not watched: {}", WhoText(enrolment),
                                EscapedForPeople(enrolment.not_own_reason)));
  }
  return ExitStatus::kAllowed;
}

int Start::Run(const OciState& state) {
  const auto policy = ChoosePolicy(environment_.paths, options_.on_error);
  if (!policy) return Fail(policy.error());
  for (const std::string& warning : policy->warnings) Warn(reporter_, warning);
  for (const std::string& note : policy->notes) reporter_.ToJournal(LogLevel::kInfo, note);
  (void)watch_.Lap();  // what comes before is no part of the three times
  const auto config = ReadConfig(state);
  auto facts = CollectFacts(environment_.surroundings, state, config ? &*config : nullptr);
  if (!facts) return Fail(facts.error());
  facts_ = std::move(*facts);
  const std::uint64_t facts_us = watch_.Lap();
  // Only now, as overrides hold for an engine, a name, a label.
  ResolvedPolicy resolved = Resolve(policy->layer, SubjectOf(facts_));
  policy_warnings_ = std::move(resolved.warnings);
  Decision decision = Decide(facts_, resolved.policy);
  record_ = ToDecisionRecord(decision);
  record_.facts = FactsText(facts_);
  record_.facts_us = facts_us;
  record_.decide_us = watch_.Lap();
  if (const Finding* denial = decision.Denial()) {
    return Deny(*denial, decision.mode, ToRecords(decision.findings));
  }
  return Allow(resolved.policy, std::move(decision));
}

/// Nothing here can protect anything any more, so nothing fails.
int Poststop(const HookEnvironment& environment, const OciState& state, Reporter& reporter) {
  const RegistryDir registry(environment.paths.run_dir);
  const auto marked = registry.MarkStopped(environment.surroundings.host, state.id);
  if (!marked) Warn(reporter, EscapedForPeople(marked.error().Message()));
  if (marked && *marked > 0) (void)RingDoorbell(environment.paths.run_dir);
  return ExitStatus::kAllowed;
}

}  // namespace

Result<LoadedPolicy> ChoosePolicy(const StatePaths& paths, OnError on_error) {
  auto loaded = LoadPolicy(paths.config_dir, paths.run_dir);
  if (loaded || on_error == OnError::kClosed) return loaded;
  LoadedPolicy fallback;
  constexpr const char* kOrigin = "built-in, as the policy is broken";
  fallback.layer.settings.mode = Sourced<Mode>{.value = Mode::kObserve, .origin = kOrigin};
  // It may be what switches them off.
  fallback.layer.settings.log_lines = Sourced<std::uint32_t>{.value = 0, .origin = kOrigin};
  fallback.warnings.push_back(
      fmt::format("the policy is broken, the built-in rules are used in mode observe: {}",
                  EscapedForPeople(loaded.error().Message())));
  return fallback;
}

std::string FindingText(const FindingRecord& finding) {
  if (!finding.fix_outcome.empty() &&
      finding.fix_outcome.find("not fixed: ") == std::string::npos) {
    return fmt::format("{}: {}; {}", finding.rule, finding.fact, finding.fix_outcome);
  }
  if (!finding.fix_outcome.empty()) {
    return fmt::format("{}: {}; {}; {}", finding.rule, finding.fact, finding.fix_outcome,
                       finding.advice);
  }
  return fmt::format("{}: {}; {}", finding.rule, finding.fact, finding.advice);
}

int RunHook(const Options& options, const HookEnvironment& environment, Reporter& reporter) {
  Start start(options, environment, reporter);
  const auto state = ReadOciState(environment.state_fd, "container state on standard input");
  if (options.stage == Stage::kPoststop) {
    if (state) return Poststop(environment, *state, reporter);
    Warn(reporter, EscapedForPeople(state.error().Message()));
    return ExitStatus::kAllowed;
  }
  return state ? start.Run(*state) : start.Fail(state.error());
}

}  // namespace headroom
