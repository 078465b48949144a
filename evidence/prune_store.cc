#include "evidence/prune_store.h"

#include <map>
#include <utility>

#include "container/enrolment/generation_notes.h"
#include "evidence/bundle_container.h"
#include "evidence/bundle_name.h"
#include "evidence/pre_kill_files.h"

namespace headroom {
namespace {

/// Generations that are enrolled now, as their bundles' names have them, and up to which count of
/// kills each no longer needs its bundles.
using Enrolled = std::map<std::string, std::uint64_t>;

Result<Enrolled> EnrolledGenerations(const RegistryDir& registry) {
  const auto entries = registry.List();
  if (!entries) return std::unexpected(entries.error());
  Enrolled enrolled;
  for (const RegistryDir::Entry& entry : *entries) {
    // The name says it: of one that cannot be read, the bundles are needed no less.
    enrolled.emplace(GenerationHash(entry.generation_key),
                     GenerationNotes(registry, entry).ReadAccounted().value_or(0));
  }
  return enrolled;
}

bool IsNeeded(const BundleEntry& bundle, const Enrolled& enrolled) {
  const auto incident = ParseIncidentPart(bundle.incident);
  if (MayRepeat(bundle.kind) || !incident) return false;  // it accounts for nothing
  const auto generation = enrolled.find(incident->hash);
  if (generation == enrolled.end()) return false;
  return !CountsKills(bundle.kind) || incident->to > generation->second;
}

bool IsNoBundle(const Error& error) {
  return error.code == ErrorCode::kNotFound || error.errno_value == ENOTDIR ||
         error.errno_value == ELOOP;
}

}  // namespace

Result<BundleSizes::Known> BundleSizes::Of(const BundleEntry& bundle) {
  const auto known = by_path_.find(bundle.path);
  if (known != by_path_.end()) return known->second;
  const auto size = SizeOfBundle(bundle);
  if (!size) return std::unexpected(size.error());
  const auto files = PreKillDirectoryOf(bundle);
  Known looked{.size = *size,
               .owner = OwnerOf(bundle, ContainerOf(bundle)),
               .pre_kill_files = files.value_or(""),
               .why_files_unknown = files ? std::nullopt : std::optional(files.error())};
  if (!files) return looked;
  return by_path_.emplace(bundle.path, looked).first->second;
}

void BundleSizes::KeepOnly(const std::vector<PruneCandidate>& candidates) {
  std::map<std::string, Known> kept;
  for (const PruneCandidate& candidate : candidates) {
    if (auto known = by_path_.extract(candidate.bundle.path)) kept.insert(std::move(known));
  }
  by_path_ = std::move(kept);
}

Result<Prunable> PruneCandidates(Store::Listing listing, const RegistryDir& registry,
                                 BundleSizes& sizes) {
  const auto enrolled = EnrolledGenerations(registry);
  if (!enrolled) return std::unexpected(enrolled.error());
  Prunable prunable{.candidates = {}, .unread = std::move(listing.unread)};
  for (BundleEntry& bundle : listing.bundles) {
    const auto known = sizes.Of(bundle);
    if (!known && IsNoBundle(known.error())) continue;
    if (!known) {
      prunable.unread.push_back({.container_dir = bundle.container_dir, .error = known.error()});
      continue;
    }
    if (const auto& why = known->why_files_unknown) {
      prunable.unread.push_back({.container_dir = bundle.container_dir, .error = *why});
    }
    PruneCandidate candidate{.bundle = {},
                             .at = StampTime(bundle.stamp),
                             .size = known->size,
                             .owner = known->owner,
                             .pre_kill_files = known->pre_kill_files,
                             .needed = IsNeeded(bundle, *enrolled)};
    candidate.bundle = std::move(bundle);
    prunable.candidates.push_back(std::move(candidate));
  }
  return prunable;
}

Pruned RemoveChosen(const Store& store, const std::vector<PruneCandidate>& chosen) {
  Pruned pruned;
  for (const PruneCandidate& candidate : chosen) {
    const auto removed = store.Remove(candidate.bundle);
    if (!removed && removed.error().code != ErrorCode::kNotFound) {
      pruned.failed.push_back(removed.error());
      continue;
    }
    pruned.freed = pruned.freed + candidate.size.bytes;
    pruned.removed.push_back(candidate);
  }
  return pruned;
}

}  // namespace headroom
