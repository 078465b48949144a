#include "cli/snap.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/text.h"
#include "capture/section.h"
#include "capture/snap.h"
#include "cli/bundle/output.h"
#include "cli/judged.h"
#include "cli/targets.h"
#include "container/facts/make_enrolment.h"
#include "evidence/bundle_name.h"
#include "evidence/evidence.h"
#include "evidence/pack/bundle_files.h"
#include "explain/verdict.h"

namespace headroom {
namespace {

/// Where the supervisor keeps the samples of that container.
std::string RecorderOf(const Environment& environment, const Enrolment& enrolment) {
  return fmt::format("{}/{}/{}/recorder", RegistryDir(environment.paths.run_dir).containers_dir(),
                     enrolment.ContainerKey(), enrolment.GenerationKey());
}

/// What the policy says now. None where it cannot be read: it may be what switches them off.
std::uint32_t LogLinesByPolicy(const Environment& environment, const ContainerFacts& facts) {
  const auto policy = PolicyAt(environment, "");
  return policy ? Judge(policy->layer, facts).decision.log_lines : 0;
}

Result<SnapRequest> RequestOf(const Environment& environment, const Target& target) {
  SnapRequest request{.host = environment.host, .container = {}, .recorder_path = {}};
  if (target.enrolment) {
    request.container = *target.enrolment;
    request.recorder_path = RecorderOf(environment, request.container);
    return request;
  }
  const auto facts = FactsOfTarget(environment, target);
  if (!facts) return std::unexpected(facts.error());
  request.container = MakeEnrolment(*facts, Mode::kObserve, {});
  request.container.log_lines = LogLinesByPolicy(environment, *facts);
  request.enrolled = false;
  return request;
}

/// What the bundle has to do without, for people.
std::string RemarkOf(const SnapRequest& request) {
  std::string remark;
  if (!request.enrolled) {
    remark =
        "It is not enrolled: there is no timeline of it, and what was counted before is not known.";
  }
  if (!request.container.own_cgroup) {
    remark += fmt::format("{}Its cgroup is not only its own: {}.", remark.empty() ? "" : "\n",
                          EscapedForPeople(request.container.not_own_reason));
  }
  return remark;
}

Verdict AddVerdict(Store::Draft& draft) {
  Verdict verdict = Explain(EvidenceOf(draft));
  draft.sections.push_back(TextSection("summary.json", VerdictJson(verdict)));
  draft.sections.push_back(TextSection("report.txt", VerdictText(verdict)));
  return verdict;
}

/// Where it went, as it is told.
Result<std::string> Keep(const Environment& environment, const SnapOptions& options,
                         const Store::Draft& draft) {
  if (options.out.empty()) return Store(environment.paths.store_dir).Publish(draft);
  auto files = FilesOfDraft(draft);
  if (!files) return std::unexpected(files.error());
  files->path = BundleName(draft);  // a pack has its folder by it
  if (auto written = WriteBundleTo(environment, *files, options.out); !written) {
    return std::unexpected(written.error());
  }
  return options.out;
}

int SnapTarget(const Environment& environment, const SnapOptions& options, const Target& target) {
  const auto request = RequestOf(environment, target);
  if (!request) return FailToMake(environment, request.error());
  auto draft = TakeSnap(*request);
  if (!draft) return FailToMake(environment, draft.error());
  Verdict verdict = AddVerdict(*draft);
  const auto kept = Keep(environment, options, *draft);
  if (!kept) return FailToMake(environment, kept.error());
  if (options.out == "-") return CliStatus::kDone;  // standard output has the pack
  verdict.bundle = EscapedForPeople(*kept);
  if (options.json) {
    environment.out << VerdictJson(verdict);
    return CliStatus::kDone;
  }
  const std::string remark = RemarkOf(*request);
  environment.out << VerdictText(verdict);
  if (!remark.empty()) environment.out << '\n' << remark << '\n';
  return CliStatus::kDone;
}

}  // namespace

int Snap(const Environment& environment, const SnapOptions& options) {
  if (!environment.root) {
    return Fail(environment, CliStatus::kIncomplete,
                "snap reads the memory maps of others' processes, which only root may: try again "
                "with sudo");
  }
  if (options.out == "-" && options.json) {
    return Fail(environment, CliStatus::kUsage, "standard output takes the pack or --json");
  }
  const auto target = FindTarget(environment, options.container);
  if (!target) return TellNoTarget(environment, target.error());
  return SnapTarget(environment, options, *target);
}

}  // namespace headroom
