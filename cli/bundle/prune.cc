#include "evidence/prune_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "cli/bundle/output.h"
#include "cli/bundle/verbs.h"
#include "cli/bundle_words.h"
#include "cli/containers.h"
#include "cli/store_listing.h"

namespace headroom {
namespace {

using nlohmann::json;

bool HasBound(const BundlePruneOptions& options) {
  return options.older_than || options.keep || options.keep_each || options.max_bytes;
}

/// Those of the container that was named; all where none was.
Result<Store::Listing> Chosen(const Environment& environment, const Store& store,
                              const std::string& container) {
  auto listing = ListStore(environment, store);
  if (!listing || container.empty()) return listing;
  const auto containers = ContainersOf(listing->bundles);
  const Resolution resolution = Resolve(containers, container);
  if (resolution.found.empty()) {
    return MakeError(ErrorCode::kNotFound, "",
                     fmt::format("no bundle of a container \"{}\" is in {}",
                                 EscapedForPeople(container), EscapedForPeople(store.dir())));
  }
  if (resolution.ambiguous) {
    return MakeError(ErrorCode::kExists, "",
                     fmt::format("\"{}\" could be several containers: give more of its id",
                                 EscapedForPeople(container)));
  }
  listing->unread.clear();  // of others
  std::erase_if(listing->bundles, [&](const BundleEntry& bundle) {
    return std::ranges::none_of(resolution.found, [&](const KnownContainer* known) {
      return known->bundles.front().container_dir == bundle.container_dir;
    });
  });
  return listing;
}

/// What the removal would do.
Pruned AsIfRemoved(const std::vector<PruneCandidate>& chosen) {
  Pruned pruned{.removed = chosen, .failed = {}, .freed = {}};
  for (const PruneCandidate& candidate : chosen) {
    pruned.freed = pruned.freed + candidate.size.bytes;
  }
  return pruned;
}

/// What is printed.
struct Answer {
  Pruned pruned;
  std::size_t left = 0;
  bool dry_run = false;
};

void PrintText(const Environment& environment, const Answer& outcome) {
  const Pruned& pruned = outcome.pruned;
  for (const PruneCandidate& candidate : pruned.removed) {
    environment.out << fmt::format("{}  {}  {}\n", StampText(candidate.bundle.stamp),
                                   ToText(candidate.size.bytes),
                                   EscapedForPeople(candidate.bundle.path));
  }
  environment.out << fmt::format(
      "{} {} {} of {}, {} left\n", outcome.dry_run ? "would remove" : "removed",
      pruned.removed.size(), pruned.removed.size() == 1 ? "bundle" : "bundles",
      ToText(pruned.freed), outcome.left);
}

void PrintJson(const Environment& environment, const Answer& outcome) {
  const Pruned& pruned = outcome.pruned;
  json rows = json::array();
  for (const PruneCandidate& candidate : pruned.removed) {
    rows.push_back(
        {{"path", EscapedForPeople(candidate.bundle.path)}, {"bytes", candidate.size.bytes.value}});
  }
  environment.out << DumpJson({{"schema", "headroom.bundle-prune/1"},
                               {"dry_run", outcome.dry_run},
                               {"removed", std::move(rows)},
                               {"freed_bytes", pruned.freed.value},
                               {"left", outcome.left}});
}

}  // namespace

int BundlePrune(const Environment& environment, const BundlePruneOptions& options) {
  if (!HasBound(options)) {
    return Fail(environment, CliStatus::kUsage,
                "prune removes nothing unless told how much is to be left: --older-than, --keep, "
                "--keep-each or --max-bytes");
  }
  const Store store(options.store.empty() ? environment.paths.store_dir : options.store);
  auto listing = Chosen(environment, store, options.container);
  if (!listing) return FailToFind(environment, listing.error());
  const std::size_t told = listing->unread.size();
  BundleSizes sizes;
  const auto prunable =
      PruneCandidates(std::move(*listing), RegistryDir(environment.paths.run_dir), sizes);
  if (!prunable) return FailToRead(environment, prunable.error());
  const std::vector<PruneCandidate>& candidates = prunable->candidates;
  const PruneBounds bounds{.older_than = options.older_than,
                           .keep = options.keep,
                           .keep_each = options.keep_each,
                           .max_bytes = options.max_bytes,
                           .to_free = {},
                           .files_to_free = 0};
  const auto chosen = ChooseToRemove(candidates, bounds, NowWall());
  Answer outcome{.pruned = options.dry_run ? AsIfRemoved(chosen) : RemoveChosen(store, chosen),
                 .dry_run = options.dry_run};
  outcome.left = candidates.size() - outcome.pruned.removed.size();
  (options.json ? PrintJson : PrintText)(environment, outcome);
  for (const Error& error : outcome.pruned.failed) {
    (void)FailToMake(environment, error);  // the status is below
  }
  for (std::size_t i = told; i < prunable->unread.size(); ++i) {
    (void)FailToMake(environment, prunable->unread[i].error);
  }
  const bool all = outcome.pruned.failed.empty() && prunable->unread.empty();
  return all ? CliStatus::kDone : CliStatus::kIncomplete;
}

}  // namespace headroom
