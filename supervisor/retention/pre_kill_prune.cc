#include "supervisor/retention/pre_kill_prune.h"

#include <algorithm>
#include <map>
#include <utility>

namespace headroom {
namespace {

bool IsLost(const PreKillCandidate& candidate, BootTime now) {
  if (candidate.bundle) return false;
  const BootTime began = candidate.directory.began;
  return began > now || now - began > kWaitForBundle;
}

Bytes BytesOfNamed(const std::vector<PreKillCandidate>& candidates) {
  Bytes sum;
  for (const PreKillCandidate& candidate : candidates) {
    if (candidate.bundle) sum = sum + candidate.size.bytes;
  }
  return sum;
}

/// Sizes are taken anew each time: a command may still be writing. Of what is gone there is none.
std::vector<PreKillCandidate> CandidatesOf(const PreKillFiles& files,
                                           const std::vector<PreKillDirectory>& listed,
                                           const std::vector<PruneCandidate>& bundles) {
  std::map<std::pair<std::string, std::string>, std::size_t> named;
  for (std::size_t i = 0; i < bundles.size(); ++i) {
    if (bundles[i].pre_kill_files.empty()) continue;
    named.emplace(std::pair(bundles[i].bundle.container_dir, bundles[i].pre_kill_files), i);
  }
  std::vector<PreKillCandidate> candidates;
  for (const PreKillDirectory& directory : listed) {
    const auto size = files.SizeOf(directory);
    if (!size) continue;
    PreKillCandidate candidate{.directory = directory, .size = *size, .bundle = {}};
    const auto bundle = named.find({directory.container_dir, directory.name});
    if (bundle != named.end()) candidate.bundle = bundle->second;
    candidates.push_back(std::move(candidate));
  }
  return candidates;
}

}  // namespace

std::vector<PreKillCandidate> ChooseFilesToRemove(std::vector<PreKillCandidate> candidates,
                                                  const FilesBounds& bounds, BootTime now) {
  // Those that no bundle names first, then the oldest bundles'.
  std::ranges::stable_sort(candidates, [](const auto& left, const auto& right) {
    if (!left.bundle || !right.bundle) return !left.bundle && right.bundle.has_value();
    return *left.bundle > *right.bundle;
  });
  Bytes left = BytesOfNamed(candidates);
  Bytes freed;
  std::uint64_t freed_files = 0;
  std::vector<PreKillCandidate> chosen;
  for (const PreKillCandidate& candidate : candidates) {
    const bool full = freed < bounds.to_free || freed_files < bounds.files_to_free;
    const bool too_much = full || (bounds.max_bytes && left > *bounds.max_bytes);
    if (candidate.bundle ? !too_much : !IsLost(candidate, now)) continue;
    if (candidate.bundle) left = left - candidate.size.bytes;
    freed = freed + candidate.size.on_disk;
    freed_files += candidate.size.files;
    chosen.push_back(candidate);
  }
  return chosen;
}

PrunedFiles PruneFiles(const PreKillFiles& files,
                       const Result<std::vector<PreKillDirectory>>& listed,
                       const std::vector<PruneCandidate>& bundles, const FilesBounds& bounds,
                       BootTime now) {
  PrunedFiles pruned;
  if (!listed) {
    pruned.failed.push_back(listed.error());
    return pruned;
  }
  const auto chosen = ChooseFilesToRemove(CandidatesOf(files, *listed, bundles), bounds, now);
  for (const PreKillCandidate& candidate : chosen) {
    const auto removed = files.Remove(candidate.directory);
    if (!removed && removed.error().code != ErrorCode::kNotFound) {
      pruned.failed.push_back(removed.error());
      continue;
    }
    ++pruned.removed;
    pruned.size.bytes = pruned.size.bytes + candidate.size.bytes;
    pruned.size.on_disk = pruned.size.on_disk + candidate.size.on_disk;
    pruned.size.files += candidate.size.files;
  }
  return pruned;
}

}  // namespace headroom
