#include "cli/shared_summaries.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "cli/containers.h"
#include "evidence/summaries.h"
#include "explain/verdict.h"

namespace headroom {
namespace {

/// The bundle whose summary it is.
BundleEntry BundleOf(const Environment& environment, const BundleEntry& summary) {
  constexpr std::size_t kSuffixBytes = 5;  // ".json"
  const std::string leaf = summary.path.substr(summary.path.rfind('/') + 1);
  BundleEntry bundle = summary;
  bundle.path = fmt::format("{}/{}/{}", environment.system_store, summary.container_dir,
                            leaf.substr(0, leaf.size() - kSuffixBytes));
  return bundle;
}

Result<Verdict> VerdictIn(const BundleEntry& summary) {
  const auto text = Summaries::Read(summary);
  if (!text) return std::unexpected(text.error());
  return ParseVerdict(*text, summary.path);
}

std::vector<KnownContainer> ContainersOf(const std::vector<SharedBundle>& shared) {
  std::map<std::string, KnownContainer> by_folder;
  for (const SharedBundle& one : shared) {
    const auto [found, is_new] = by_folder.try_emplace(one.bundle.container_dir);
    if (is_new) {
      found->second = KnownByFolder(one.bundle.container_dir);
      found->second.name = one.container;
    }
    found->second.bundles.push_back(one.bundle);
  }
  std::vector<KnownContainer> containers;
  containers.reserve(by_folder.size());
  for (auto& [folder, container] : by_folder) containers.push_back(std::move(container));
  return containers;
}

/// The newest incident that is meant; a snap where there is no other.
const SharedBundle* Newest(const std::vector<SharedBundle>& shared, const Resolution& resolution,
                           bool any_container) {
  const auto is_meant = [&](const SharedBundle& one) {
    return any_container || std::ranges::any_of(resolution.found, [&](const KnownContainer* known) {
             return known->bundles.front().container_dir == one.bundle.container_dir;
           });
  };
  const SharedBundle* newest = nullptr;
  for (const SharedBundle& one : shared) {
    if (!is_meant(one)) continue;
    if (IsIncident(one.bundle.kind)) return &one;
    if (newest == nullptr) newest = &one;
  }
  return newest;
}

void PrintJson(const Environment& environment, const SharedBundle& shared,
               const std::string& text) {
  auto document = ParseJsonObject(text, shared.summary_path);
  if (!document) return;  // it was understood a moment ago
  (*document)["bundle"] = EscapedForPeople(shared.bundle.path);
  environment.out << DumpJson(*document);
}

int Print(const Environment& environment, const WhyOptions& options, const SharedBundle& shared) {
  BundleEntry summary = shared.bundle;
  summary.path = shared.summary_path;
  const auto text = Summaries::Read(summary);
  if (!text) return FailToRead(environment, text.error());
  auto verdict = ParseVerdict(*text, summary.path);
  if (!verdict) return FailToRead(environment, verdict.error());
  verdict->bundle = EscapedForPeople(shared.bundle.path);
  if (options.json) {
    PrintJson(environment, shared, *text);
    return CliStatus::kDone;
  }
  environment.out << VerdictText(*verdict)
                  << "\nThis is its summary, as published; the bundle itself is root's alone.\n";
  return CliStatus::kDone;
}

}  // namespace

std::vector<SharedBundle> SharedBundles(const Environment& environment) {
  std::vector<SharedBundle> shared;
  if (environment.system_store.empty()) return shared;
  const auto summaries = Summaries::Beside(environment.system_store).List();
  if (!summaries) return shared;  // this user is not of the group
  for (const BundleEntry& summary : *summaries) {
    const auto verdict = VerdictIn(summary);
    if (!verdict) continue;  // removed meanwhile, or nothing of ours
    shared.push_back({.bundle = BundleOf(environment, summary),
                      .summary_path = summary.path,
                      .engine = KnownByFolder(summary.container_dir).engine,
                      .container = verdict->container});
  }
  return shared;
}

std::optional<int> WhyFromSummaries(const Environment& environment, const WhyOptions& options) {
  const std::vector<SharedBundle> shared = SharedBundles(environment);
  if (shared.empty()) return std::nullopt;
  const std::vector<KnownContainer> containers = ContainersOf(shared);
  const Resolution resolution = Resolve(containers, options.subject);
  if (resolution.ambiguous) {
    return Fail(environment, CliStatus::kAmbiguous,
                fmt::format("\"{}\" could be several containers; headroom bundles lists them",
                            EscapedForPeople(options.subject)));
  }
  const SharedBundle* newest = Newest(shared, resolution, options.subject.empty());
  if (newest == nullptr) return std::nullopt;
  return Print(environment, options, *newest);
}

}  // namespace headroom
