#include "hook/wrapper/before_start.h"

#include <fmt/format.h>
#include <unistd.h>

#include "base/owned_file.h"
#include "base/text.h"
#include "container/engine/engine.h"
#include "container/facts/cgroup_facts.h"
#include "container/facts/facts_of_config.h"
#include "container/facts/host_facts.h"
#include "container/oci/oci_config.h"
#include "evidence/denial.h"
#include "fix/config/oci_config_edit.h"
#include "fix/finding_record.h"
#include "hook/run.h"
#include "hook/wrapper/hook_injection.h"
#include "hook/wrapper/runtime_log.h"
#include "kernel/proc/process.h"
#include "policy/apply.h"
#include "policy/deny_line.h"

namespace headroom {
namespace {

constexpr int kRefused = 1;

/// One start of one container, before its runtime knows of it.
class Preparation {
 public:
  Preparation(const RuntimeCall& call, const WrapperEnvironment& environment, Reporter& reporter)
      : call_(call), environment_(environment), reporter_(reporter) {}

  /// The line of a denial; nullopt: the container may start.
  Result<std::optional<std::string>> Run();
  /// For `headroom why`, behind a denial. That it cannot be kept changes nothing about it.
  void KeepDenial();

 private:
  Result<OwnedFile> Open() const;
  [[nodiscard]] bool HasHook() const { return access(environment_.hook_path.c_str(), X_OK) == 0; }
  void LookAbove(ContainerFacts& facts) const;
  /// What policy says of config.json as it is now, and of whom.
  struct Judged {
    ContainerFacts facts;
    AppliedPolicy applied;
  };
  Result<Judged> Judge(const PolicyLayer& policy, const std::string& where);
  Result<std::optional<std::string>> Settle(const PolicyLayer& policy, const std::string& where);
  Status Fix(const Decision& decision, const std::string& where);
  Status AddHooks(const std::string& where);
  void Note(LogLevel level, const std::string& text) {
    reporter_.ToJournal(level, fmt::format("headroom: {} [container {}]", EscapedForPeople(text),
                                           EscapedForPeople(call_.id)));
  }

  const RuntimeCall& call_;
  const WrapperEnvironment& environment_;
  Reporter& reporter_;
  CgroupVersion version_ = CgroupVersion::kV2;
  HostFacts host_;
  bool told_ = false;  ///< which annotations were refused
  std::string text_;   ///< of config.json, as it is to be
  std::optional<Judged> denied_;
};

Result<OwnedFile> Preparation::Open() const {
  if (call_.config.empty()) return OwnedFile::Open(call_.bundle, "config.json", kMaxConfigBytes);
  const std::size_t slash = call_.config.rfind('/');
  if (slash == std::string::npos) {
    // crun looks for the default name in the bundle, for any other where it was called.
    const bool usual = call_.config == "config.json";
    return OwnedFile::Open(usual ? call_.bundle : ".", call_.config, kMaxConfigBytes);
  }
  return OwnedFile::Open(call_.config.substr(0, slash + 1), call_.config.substr(slash + 1),
                         kMaxConfigBytes);
}

/// What stands above the container counts for some rules. Where it cannot be told yet they are the
/// hook's; without a hook that is a container more that starts, unless called closed.
void Preparation::LookAbove(ContainerFacts& facts) const {
  facts.config->hook_follows = HasHook() || call_.on_error == OnError::kOpen;
  if (environment_.uid != 0) facts.config->asked_cgroup.clear();
  CollectAskedAncestors(environment_.host, facts);
}

Result<Preparation::Judged> Preparation::Judge(const PolicyLayer& policy,
                                               const std::string& where) {
  const auto parsed = ParseOciConfig(text_, where);
  if (!parsed) return std::unexpected(parsed.error());
  ContainerFacts facts = FactsOfConfig(
      *parsed,
      {.id = call_.id, .bundle_dir = call_.bundle, .cgroup_version = version_, .host = host_});
  LookAbove(facts);
  facts.boot_id = ReadBootId(environment_.host).value_or("unknown");
  OciState state;
  state.id = call_.id;
  LookUpNames(environment_.host, state, &*parsed, 0, facts.engine, facts.labels);
  AppliedPolicy applied = ApplyPolicy(policy, facts);
  // Told once; the rounds behind the first judge by the same annotations.
  for (const std::string& warning : applied.warnings) {
    if (!told_) Note(LogLevel::kWarning, "warning: " + warning);
  }
  told_ = true;
  return Judged{.facts = std::move(facts), .applied = std::move(applied)};
}

void Preparation::KeepDenial() {
  if (!denied_) return;
  const auto& [facts, applied] = *denied_;
  const auto kept =
      PublishDenial(environment_.paths.store_dir,
                    EnrolmentUnder(applied, facts, ToRecords(applied.decision.findings)));
  Note(kept ? LogLevel::kInfo : LogLevel::kWarning,
       kept ? "it is not started; the decision is kept in " + *kept
            : "it is not started; the decision could not be kept: " + kept.error().Message());
}

Status Preparation::Fix(const Decision& decision, const std::string& where) {
  for (const Finding& finding : decision.findings) {
    if (finding.action != Action::kFix || finding.fixes.empty()) continue;
    auto edit = EditOciConfig(
        text_, where, {.version = version_, .memory_total = host_.memory_total}, finding.fixes);
    if (!edit) return std::unexpected(edit.error());
    const bool changed = edit->text != text_;
    text_ = std::move(edit->text);
    if (!changed) continue;  // the hook will say what could not be fixed
    Note(LogLevel::kWarning, "warning: " + FindingText(ToRecord(finding, edit->outcomes)));
  }
  return {};
}

Status Preparation::AddHooks(const std::string& where) {
  if (!HasHook()) {
    Note(LogLevel::kWarning,
         fmt::format("warning: {} cannot be run, so it is not registered; the container starts "
                     "unwatched, and what only a running container shows is judged by nobody",
                     environment_.hook_path));
    return {};
  }
  auto config = JsonText::Parse(text_, where);
  if (!config) return std::unexpected(config.error());
  const auto added = InjectHooks(*config, environment_.hook_path, call_.on_error);
  if (!added) return std::unexpected(added.error());
  text_ = config->text();
  return {};
}

/// Judges, fixes, and judges what came out of it: a lower limit makes other settings too large, and
/// may be too small for what a rule denies. Nothing is written yet. The line of a denial comes
/// back.
Result<std::optional<std::string>> Preparation::Settle(const PolicyLayer& policy,
                                                       const std::string& where) {
  constexpr int kMostRounds = 4;  // each makes something tighter; two are enough for all rules
  for (int round = 0; round < kMostRounds; ++round) {
    auto judged = Judge(policy, where);
    if (!judged) return std::unexpected(judged.error());
    const Decision& decision = judged->applied.decision;
    if (const Finding* denial = decision.Denial()) {
      std::string line = DenyLine(*denial);
      denied_ = std::move(*judged);
      return line;
    }
    const std::string before = text_;
    if (auto fixed = Fix(decision, where); !fixed) return std::unexpected(fixed.error());
    if (text_ == before) break;
  }
  return std::nullopt;
}

Result<std::optional<std::string>> Preparation::Run() {
  const auto policy = ChoosePolicy(environment_.paths, call_.on_error);
  if (!policy) return std::unexpected(policy.error());
  for (const std::string& warning : policy->warnings) Note(LogLevel::kWarning, warning);
  const auto config = Open();
  if (!config) return std::unexpected(config.error());
  text_ = config->text();
  version_ = DetectCgroupVersion(environment_.host);
  host_ = CollectHost(environment_.host);
  auto denial = Settle(policy->layer, config->path());
  if (!denial || *denial) return denial;
  if (auto added = AddHooks(config->path()); !added) return std::unexpected(added.error());
  if (text_ == config->text()) return std::nullopt;
  if (auto put = config->Replace(text_); !put) return std::unexpected(put.error());
  return std::nullopt;
}

}  // namespace

void SayFatal(const RuntimeCall& call, const std::string& line, WallTime now, Reporter& reporter) {
  const auto logged = AppendToLog(call, line, now);
  reporter.ToUser(line);
  reporter.ToJournal(LogLevel::kError, line);
  if (logged) return;
  reporter.ToJournal(LogLevel::kWarning,
                     fmt::format("headroom: warning: {}; the runtime's log does not say so",
                                 EscapedForPeople(logged.error().Message())));
}

std::optional<int> BeforeStart(const RuntimeCall& call, const WrapperEnvironment& environment,
                               Reporter& reporter) {
  Preparation preparation(call, environment, reporter);
  const auto denial = preparation.Run();
  if (denial && !*denial) return std::nullopt;
  if (denial) {
    environment.denied();
    SayFatal(call, **denial, environment.now(), reporter);
    preparation.KeepDenial();
    return kRefused;
  }
  const std::string message = EscapedForPeople(denial.error().Message());
  if (call.on_error == OnError::kOpen) {
    reporter.ToJournal(LogLevel::kWarning,
                       fmt::format("headroom: warning: {}; the runtime gets config.json as it is "
                                   "[container {}]",
                                   message, EscapedForPeople(call.id)));
    return std::nullopt;
  }
  SayFatal(call,
           WithoutMisleadingPhrases(fmt::format("headroom: error: {}; the container is not "
                                                "started, since headroom-runtime is called with "
                                                "--on-error closed",
                                                message)),
           environment.now(), reporter);
  return kRefused;
}

}  // namespace headroom
