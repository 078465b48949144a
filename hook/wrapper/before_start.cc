#include "hook/wrapper/before_start.h"

#include <fmt/format.h>
#include <unistd.h>

#include "base/owned_file.h"
#include "base/text.h"
#include "container/facts_of_config.h"
#include "container/host_facts.h"
#include "container/oci_config.h"
#include "fix/config/oci_config_edit.h"
#include "fix/finding_record.h"
#include "hook/run.h"
#include "hook/wrapper/hook_injection.h"
#include "hook/wrapper/runtime_log.h"
#include "policy/deny_line.h"
#include "policy/layers/resolve.h"

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

 private:
  Result<OwnedFile> Open() const;
  Result<Decision> Judge(const PolicyLayer& policy, const std::string& where);
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

Result<Decision> Preparation::Judge(const PolicyLayer& policy, const std::string& where) {
  const auto parsed = ParseOciConfig(text_, where);
  if (!parsed) return std::unexpected(parsed.error());
  const ContainerFacts facts = FactsOfConfig(
      *parsed,
      {.id = call_.id, .bundle_dir = call_.bundle, .cgroup_version = version_, .host = host_});
  const ResolvedPolicy resolved = Resolve(policy, SubjectOf(facts));
  // Told once; the rounds behind the first judge by the same annotations.
  for (const std::string& warning : resolved.warnings) {
    if (!told_) Note(LogLevel::kWarning, "warning: " + warning);
  }
  told_ = true;
  return Decide(facts, resolved.policy);
}

Status Preparation::Fix(const Decision& decision, const std::string& where) {
  for (const Finding& finding : decision.findings) {
    if (finding.action != Action::kFix || finding.fixes.empty()) continue;
    auto edit = EditOciConfig(text_, where, version_, finding.fixes);
    if (!edit) return std::unexpected(edit.error());
    const bool changed = edit->text != text_;
    text_ = std::move(edit->text);
    if (!changed) continue;  // the hook will say what could not be fixed
    Note(LogLevel::kWarning, "warning: " + FindingText(ToRecord(finding, edit->outcomes)));
  }
  return {};
}

Status Preparation::AddHooks(const std::string& where) {
  if (access(environment_.hook_path.c_str(), X_OK) != 0) {
    Note(LogLevel::kWarning,
         fmt::format("warning: {} cannot be run, so it is not registered; the container starts "
                     "unwatched",
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
    const auto decision = Judge(policy, where);
    if (!decision) return std::unexpected(decision.error());
    if (const Finding* denial = decision->Denial()) return DenyLine(*denial);
    const std::string before = text_;
    if (auto fixed = Fix(*decision, where); !fixed) return std::unexpected(fixed.error());
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
  const auto denial = Preparation(call, environment, reporter).Run();
  if (denial && !*denial) return std::nullopt;
  if (denial) {
    SayFatal(call, **denial, environment.now(), reporter);
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
