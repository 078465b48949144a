#include "supervisor/retention/pass.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/text.h"
#include "evidence/bundle_order.h"
#include "evidence/summaries.h"
#include "evidence/unwritten.h"
#include "policy/layers/load.h"
#include "supervisor/retention/summary_prune.h"

namespace headroom {
namespace {

constexpr std::size_t kMostNamed = 3;

std::string DateText(const PruneCandidate& candidate) {
  return candidate.at ? ToPersonalText(*candidate.at) : candidate.bundle.stamp;
}

/// Those with the most first.
std::string ContainersText(const std::vector<PruneCandidate>& removed) {
  std::map<std::string, std::size_t> counts;
  for (const PruneCandidate& candidate : removed) ++counts[candidate.bundle.container_dir];
  std::vector<std::pair<std::string, std::size_t>> rows(counts.begin(), counts.end());
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& left, const auto& right) { return left.second > right.second; });
  const std::size_t named = std::min(kMostNamed, rows.size());
  std::string text;
  for (std::size_t i = 0; i < named; ++i) {
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", EscapedForPeople(rows[i].first),
                        rows[i].second);
  }
  if (rows.size() > named) text += fmt::format(" and {} more", rows.size() - named);
  return text;
}

void Tell(const std::vector<Error>& errors, RetentionReport& report) {
  for (const Error& error : errors) report.problems.push_back(error.Message());
}

/// Nobody knows which of these a bundle tells of.
void LeaveUnread(const std::vector<Store::Unread>& unread, std::vector<PreKillDirectory>& files) {
  std::erase_if(files, [&](const PreKillDirectory& directory) {
    return std::ranges::find(unread, directory.container_dir, &Store::Unread::container_dir) !=
           unread.end();
  });
}

}  // namespace

std::optional<Retention> RetentionPass::Bounds(RetentionReport& report) {
  const auto policy = LoadPolicy(paths_.config_dir, paths_.run_dir);
  if (policy) {
    last_good_ = ResolveRetention(policy->layer);
  } else {
    report.problems.push_back(fmt::format("{}; {}", policy.error().Message(),
                                          last_good_
                                              ? "bundles are kept by what the policy said before"
                                              : "no bundle is removed until the policy is mended"));
  }
  return last_good_;
}

FreeSpace RetentionPass::Space(RetentionReport& report) const {
  const auto space = read_space_(paths_.store_dir);
  if (space) return *space;
  if (space.error().code != ErrorCode::kNotFound) {
    report.problems.push_back(space.error().Message() +
                              "; bundles are kept without a look at the room on the disk");
  }
  return {};
}

void RetentionPass::Prune(const Retention& retention, WallTime now, BootTime boot,
                          RetentionReport& report) {
  const Store store(paths_.store_dir);
  const PreKillFiles files(paths_.store_dir);
  const Summaries summaries = Summaries::Beside(paths_.store_dir);
  auto listed_files = files.List();
  const auto listed_summaries = summaries.List();
  // Before the registry is read: see PruneCandidates().
  auto listing = store.Look();
  if (listing) Tell(PruneSummaries(summaries, listed_summaries, *listing), report);
  const auto prunable =
      listing ? PruneCandidates(std::move(*listing), RegistryDir(paths_.run_dir), sizes_)
              : Result<Prunable>(std::unexpected(listing.error()));
  if (!prunable) {
    report.problems.push_back(prunable.error().Message() + "; no bundle is removed");
    return;
  }
  const std::vector<PruneCandidate>& candidates = prunable->candidates;
  if (!prunable->unread.empty()) {
    report.problems.push_back(UnreadText(prunable->unread) + "; what cannot be read stays");
  }
  if (listed_files) LeaveUnread(prunable->unread, *listed_files);
  sizes_.KeepOnly(candidates);
  const FreeSpace space = Space(report);
  const Bytes to_free = MissingSpace(space);
  const std::uint64_t files_to_free = MissingFiles(space);
  report.files = PruneFiles(
      files, listed_files, candidates,
      {.max_bytes = retention.max_bytes, .to_free = to_free, .files_to_free = files_to_free}, boot);
  const BundleSize& given = report.files.size;
  auto chosen =
      ChooseToRemove(candidates,
                     {.older_than = retention.max_age,
                      .keep = retention.max_bundles,
                      .keep_each = retention.per_container,
                      .max_bytes = retention.max_bytes,
                      .to_free = to_free - std::min(to_free, given.on_disk),
                      .files_to_free = files_to_free - std::min(files_to_free, given.files)},
                     now);
  report.more = chosen.size() > kMostRemoved;
  if (report.more) chosen.erase(chosen.begin() + kMostRemoved, chosen.end());
  report.pruned = RemoveChosen(store, chosen);
  report.left = candidates.size() - report.pruned.removed.size();
  Tell(report.pruned.failed, report);
  Tell(report.files.failed, report);
}

void RetentionPass::RemoveLeftovers(WallTime now, RetentionReport& report) const {
  const Summaries of_unwritten(Unwritten(paths_.run_dir).dir());
  for (const Summaries& summaries : {Summaries::Beside(paths_.store_dir), of_unwritten}) {
    const auto removed = summaries.RemoveLeftovers(now);
    if (!removed) Tell({removed.error()}, report);
  }
}

bool RetentionPass::TrustsClock(WallTime now, BootTime boot, RetentionReport& report) {
  const std::chrono::nanoseconds offset = now - boot;
  const auto before = std::exchange(offset_, offset);
  if (before && offset - *before > kLargestStep) {
    step_ = offset - *before;
    distrusted_until_ = boot + kDistrust;
  } else if (before && *before - offset > kLargestStep) {
    distrusted_until_.reset();  // set right again, or nothing looks old any more
  }
  if (!distrusted_until_ || boot >= *distrusted_until_) return true;
  report.problems.push_back(
      fmt::format("the clock was set forward by {}; no bundle is removed for its age for a day",
                  ToText(step_)));
  return false;
}

RetentionReport RetentionPass::Run(WallTime now, BootTime boot) {
  RetentionReport report;
  auto retention = Bounds(report);
  const bool trusts = TrustsClock(now, boot, report);
  if (!retention) return report;
  if (!trusts) retention->max_age.reset();
  Prune(*retention, now, boot, report);
  RemoveLeftovers(now, report);
  return report;
}

std::string RemovedText(const RetentionReport& report) {
  const std::vector<PruneCandidate>& removed = report.pruned.removed;
  const auto is_older = [](const PruneCandidate& left, const PruneCandidate& right) {
    return IsNewer(right.bundle, left.bundle);
  };
  const auto [oldest, newest] = std::minmax_element(removed.begin(), removed.end(), is_older);
  return fmt::format("removed {} {} of {}, from {} to {}, of {}; {} left", removed.size(),
                     removed.size() == 1 ? "bundle" : "bundles", ToText(report.pruned.freed),
                     DateText(*oldest), DateText(*newest), ContainersText(removed), report.left);
}

std::string FilesRemovedText(const PrunedFiles& files) {
  return fmt::format("removed {} {} of {} that commands wrote before kills", files.removed,
                     files.removed == 1 ? "directory" : "directories", ToText(files.size.bytes));
}

}  // namespace headroom
