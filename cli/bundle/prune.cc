#include "evidence/prune.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "cli/bundle/output.h"
#include "cli/bundle/verbs.h"
#include "cli/bundle_words.h"
#include "cli/containers.h"
#include "evidence/bundle_name.h"

namespace headroom {
namespace {

using nlohmann::json;

bool HasBound(const BundlePruneOptions& options) {
  return options.older_than || options.keep || options.keep_each || options.max_bytes;
}

/// Generations that are enrolled now, as their bundles' names have them. The error is of the
/// registry: without it nothing may be removed.
Result<std::set<std::string>> EnrolledGenerations(const Environment& environment) {
  const RegistryDir registry(environment.paths.run_dir);
  const auto entries = registry.List();
  if (!entries) return std::unexpected(entries.error());
  std::set<std::string> hashes;
  for (const RegistryDir::Entry& entry : *entries) {
    // The name says it: of one that cannot be read, the bundles are needed no less.
    hashes.insert(GenerationHash(entry.generation_key));
  }
  return hashes;
}

Result<std::vector<PruneCandidate>> Candidates(std::vector<BundleEntry> bundles,
                                               const std::set<std::string>& enrolled) {
  std::vector<PruneCandidate> candidates;
  for (BundleEntry& bundle : bundles) {
    const auto size = SizeOfBundle(bundle);
    if (!size && size.error().code == ErrorCode::kNotFound) continue;  // somebody was faster
    if (!size) return std::unexpected(size.error());
    const auto incident = ParseIncidentPart(bundle.incident);
    PruneCandidate candidate{.bundle = {}, .at = StampTime(bundle.stamp), .size = *size};
    candidate.needed = IsIncident(bundle.kind) && incident && enrolled.contains(incident->hash);
    candidate.bundle = std::move(bundle);
    candidates.push_back(std::move(candidate));
  }
  return candidates;
}

/// Those of the container that was named; all where none was.
Result<std::vector<BundleEntry>> Chosen(const Store& store, const std::string& container) {
  auto bundles = store.List();
  if (!bundles || container.empty()) return bundles;
  const auto containers = ContainersInStore(store);
  if (!containers) return std::unexpected(containers.error());
  const Resolution resolution = Resolve(*containers, container);
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
  std::erase_if(*bundles, [&](const BundleEntry& bundle) {
    return std::ranges::none_of(resolution.found, [&](const KnownContainer* known) {
      return known->bundles.front().container_dir == bundle.container_dir;
    });
  });
  return bundles;
}

/// What became of the bundles that had to go.
struct Pruned {
  std::vector<PruneCandidate> removed;
  std::vector<Error> failed;
  std::size_t left = 0;
  Bytes freed;
};

Pruned RemoveAll(const Store& store, const std::vector<PruneCandidate>& all,
                 const std::vector<PruneCandidate>& chosen, bool dry_run) {
  Pruned pruned;
  for (const PruneCandidate& candidate : chosen) {
    const auto removed = dry_run ? Status{} : store.Remove(candidate.bundle);
    if (!removed && removed.error().code != ErrorCode::kNotFound) {
      pruned.failed.push_back(removed.error());
      continue;
    }
    pruned.freed = pruned.freed + candidate.size;
    pruned.removed.push_back(candidate);
  }
  pruned.left = all.size() - pruned.removed.size();
  return pruned;
}

void PrintText(const Environment& environment, const Pruned& pruned, bool dry_run) {
  for (const PruneCandidate& candidate : pruned.removed) {
    environment.out << fmt::format("{}  {}  {}\n", StampText(candidate.bundle.stamp),
                                   ToText(candidate.size), EscapedForPeople(candidate.bundle.path));
  }
  environment.out << fmt::format(
      "{} {} {} of {}, {} left\n", dry_run ? "would remove" : "removed", pruned.removed.size(),
      pruned.removed.size() == 1 ? "bundle" : "bundles", ToText(pruned.freed), pruned.left);
}

void PrintJson(const Environment& environment, const Pruned& pruned, bool dry_run) {
  json rows = json::array();
  for (const PruneCandidate& candidate : pruned.removed) {
    rows.push_back(
        {{"path", EscapedForPeople(candidate.bundle.path)}, {"bytes", candidate.size.value}});
  }
  environment.out << DumpJson({{"schema", "headroom.bundle-prune/1"},
                               {"dry_run", dry_run},
                               {"removed", std::move(rows)},
                               {"freed_bytes", pruned.freed.value},
                               {"left", pruned.left}});
}

}  // namespace

int BundlePrune(const Environment& environment, const BundlePruneOptions& options) {
  if (!HasBound(options)) {
    return Fail(environment, CliStatus::kUsage,
                "prune removes nothing unless told how much is to be left: --older-than, --keep, "
                "--keep-each or --max-bytes");
  }
  const Store store(options.store.empty() ? environment.paths.store_dir : options.store);
  auto bundles = Chosen(store, options.container);
  if (!bundles) return FailToFind(environment, bundles.error());
  const auto enrolled = EnrolledGenerations(environment);
  if (!enrolled) return FailToRead(environment, enrolled.error());
  const auto candidates = Candidates(std::move(*bundles), *enrolled);
  if (!candidates) return FailToRead(environment, candidates.error());
  const PruneBounds bounds{.older_than = options.older_than,
                           .keep = options.keep,
                           .keep_each = options.keep_each,
                           .max_bytes = options.max_bytes};
  const Pruned pruned = RemoveAll(store, *candidates,
                                  ChooseToRemove(*candidates, bounds, NowWall()), options.dry_run);
  (options.json ? PrintJson : PrintText)(environment, pruned, options.dry_run);
  for (const Error& error : pruned.failed)
    (void)FailToMake(environment, error);  // the status is below
  return pruned.failed.empty() ? CliStatus::kDone : CliStatus::kIncomplete;
}

}  // namespace headroom
