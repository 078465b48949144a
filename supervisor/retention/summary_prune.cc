#include "supervisor/retention/summary_prune.h"

#include <set>
#include <string>
#include <utility>

namespace headroom {
namespace {

std::string LeafOf(const std::string& path) { return path.substr(path.rfind('/') + 1); }

/// Of the bundle: what its summary is called without ".json".
std::string BundleOf(const BundleEntry& summary) {
  const std::string leaf = LeafOf(summary.path);
  return leaf.substr(0, leaf.rfind('.'));
}

}  // namespace

std::vector<Error> PruneSummaries(const Summaries& summaries,
                                  const Result<std::vector<BundleEntry>>& listed,
                                  const Store::Listing& bundles) {
  if (!listed) return {listed.error()};
  std::set<std::pair<std::string, std::string>> there;
  for (const BundleEntry& bundle : bundles.bundles) {
    there.emplace(bundle.container_dir, LeafOf(bundle.path));
  }
  std::set<std::string> unread;
  for (const Store::Unread& folder : bundles.unread) unread.insert(folder.container_dir);
  std::vector<Error> failed;
  for (const BundleEntry& summary : *listed) {
    const std::string bundle = BundleOf(summary);
    if (unread.contains(summary.container_dir)) continue;
    if (there.contains({summary.container_dir, bundle})) continue;
    const auto removed = summaries.Remove(summary.container_dir, bundle);
    if (!removed) failed.push_back(removed.error());
  }
  return failed;
}

}  // namespace headroom
