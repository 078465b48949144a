#include "cli/doctor/trial_kill.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <utility>

#include "base/text.h"
#include "cli/run/run.h"
#include "evidence/evidence.h"
#include "evidence/store.h"
#include "explain/verdict.h"

namespace headroom {
namespace {

/// Enough for a tripwire on a machine of many processors, whose counters lag the more.
constexpr Bytes kLimit = Mebibytes(64);
constexpr int kKilledStatus = 137;
/// A shell of any kind can do that: a text that doubles outgrows every limit. Not at once: a
/// machine may be too busy for a wire to stand within half a second, which is no lack.
constexpr const char* kEater = "sleep 2; x=xxxxxxxxxxxxxxxx; while :; do x=$x$x; done";
constexpr const char* kPhotograph = "before/snapshot.json";

HostFinding Lack(std::string topic, std::string found, std::string cure = "") {
  return {.topic = std::move(topic),
          .health = Health::kLack,
          .found = std::move(found),
          .consequence = {},
          .cure = std::move(cure)};
}
HostFinding Good(std::string topic, std::string found) {
  return {.topic = std::move(topic),
          .health = Health::kGood,
          .found = std::move(found),
          .consequence = {},
          .cure = {}};
}

/// The store's, of the command by that name.
std::optional<BundleEntry> FindBundle(const Environment& environment, const std::string& name) {
  const auto bundles = Store(environment.paths.store_dir).List();
  if (!bundles) return std::nullopt;
  const auto found = std::ranges::find_if(*bundles, [&](const BundleEntry& bundle) {
    return CountsKills(bundle.kind) && bundle.container_dir.ends_with("-" + name);
  });
  return found == bundles->end() ? std::nullopt : std::optional(*found);
}

HostFinding JudgeVerdict(const Verdict& verdict) {
  constexpr const char* kTopic = "verdict";
  const bool at_its_limit =
      verdict.cause == Cause::kLimitAnon || verdict.cause == Cause::kStartupOom;
  const bool right = at_its_limit && verdict.killer == "kernel" && verdict.limit == Limit(kLimit) &&
                     verdict.confidence == Confidence::kObserved;
  if (right) return Good(kTopic, "right: " + verdict.headline);
  return Lack(
      kTopic,
      fmt::format("{} ({}, {}); expected: killed by the kernel at its own limit of {}, seen",
                  verdict.headline, CauseName(verdict.cause), ConfidenceName(verdict.confidence),
                  ToText(kLimit)));
}

HostFinding JudgePhotograph(const Evidence& evidence, const Verdict& verdict) {
  constexpr const char* kTopic = "photograph";
  const ManifestRow* row = evidence.manifest.Find(kPhotograph);
  if (row != nullptr && row->outcome == Outcome::kComplete) {
    return Good(kTopic, verdict.snapshot_age ? fmt::format("taken alive, {} before the kill",
                                                           ToText(*verdict.snapshot_age))
                                             : "taken alive");
  }
  return Lack(kTopic, row == nullptr ? "none was taken" : "none: " + EscapedForPeople(row->reason),
              "A tripwire needs headroom-guardian and cgroup v2.");
}

}  // namespace

HostFindings JudgeSelfTestBundle(const std::string& bundle_path) {
  const auto evidence = ReadBundle(bundle_path);
  if (!evidence) return {Lack("bundle", EscapedForPeople(evidence.error().Message()))};
  const Verdict verdict = Explain(*evidence);
  return {Good("bundle", EscapedForPeople(bundle_path)), JudgeVerdict(verdict),
          JudgePhotograph(*evidence, verdict)};
}

SelfTest RunSelfTest(const Environment& environment) {
  SelfTest test;
  std::ostringstream said;
  const std::string name = fmt::format("self-test-{}", getpid());
  const int status = RunCommand(
      WithOutputTo(environment, said),
      {.memory = kLimit, .name = name, .verbose = true, .command = {"/bin/sh", "-c", kEater}});
  test.transcript = said.str();
  if (status != kKilledStatus) {
    test.findings.push_back(Lack(
        "kill", fmt::format("a command that took more than {} ended with status {}, expected {}",
                            ToText(kLimit), status, kKilledStatus)));
    return test;
  }
  test.findings.push_back(
      Good("kill", fmt::format("a command that took more than {} was killed", ToText(kLimit))));
  const auto bundle = FindBundle(environment, name);
  if (!bundle) {
    test.findings.push_back(Lack("bundle", "there is none in " + environment.paths.store_dir,
                                 "journalctl -u headroomd says what headroomd made of it."));
    return test;
  }
  HostFindings judged = JudgeSelfTestBundle(bundle->path);
  test.findings.insert(test.findings.end(), judged.begin(), judged.end());
  return test;
}

}  // namespace headroom
