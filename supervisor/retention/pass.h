#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "container/enrolment/registry_dir.h"
#include "evidence/prune_store.h"
#include "policy/retention.h"
#include "supervisor/retention/free_space.h"
#include "supervisor/retention/pre_kill_prune.h"

namespace headroom {

/// What one look at the store came to.
struct RetentionReport {
  Pruned pruned;
  PrunedFiles files;  ///< what commands wrote before kills, without that of bundles in `pruned`
  std::size_t left = 0;
  bool more = false;  ///< there was more to remove than one look may
  /// One line each: what is wrong, and what follows from it. The same text while it lasts.
  std::vector<std::string> problems;
};

/// Brings the store within what the policy's "retention" and the disk allow. Reads the policy, the
/// registry and the store anew each time, and removes by the rules of `headroom bundle prune`
/// (evidence/prune.h). One thread, which waits for the disk.
class RetentionPass {
 public:
  using ReadSpace = std::function<Result<FreeSpace>(const std::string& dir)>;
  /// So many bundles at most, so that a look ends soon.
  static constexpr std::size_t kMostRemoved = 200;

  explicit RetentionPass(StatePaths paths, ReadSpace read_space = FreeSpaceAt)
      : paths_(std::move(paths)), read_space_(std::move(read_space)) {}

  /// Bundles are as old as the wall clock says. Where that was set forward while this object is
  /// there, by more than kLargestStep, none goes by its age for kDistrust: a wrong date must not
  /// cost all evidence before somebody sets it right.
  [[nodiscard]] RetentionReport Run(WallTime now, BootTime boot);

  static constexpr std::chrono::nanoseconds kLargestStep = std::chrono::hours(1);
  static constexpr std::chrono::nanoseconds kDistrust = std::chrono::hours(24);

 private:
  [[nodiscard]] std::optional<Retention> Bounds(RetentionReport& report);
  void Prune(const Retention& retention, WallTime now, BootTime boot, RetentionReport& report);
  /// What those who kept verdicts left when they died.
  void RemoveLeftovers(WallTime now, RetentionReport& report) const;
  [[nodiscard]] bool TrustsClock(WallTime now, BootTime boot, RetentionReport& report);
  /// Nothing, where that cannot be found out.
  [[nodiscard]] FreeSpace Space(RetentionReport& report) const;

  StatePaths paths_;
  ReadSpace read_space_;
  std::optional<Retention> last_good_;
  std::optional<std::chrono::nanoseconds> offset_;  ///< of the wall clock, at the last look
  std::chrono::nanoseconds step_{};                 ///< by which it was set forward
  std::optional<BootTime> distrusted_until_;
  BundleSizes sizes_;
};

/// "removed 3 bundles of 1.2 MiB, from 2026-11-21 03:12:44 UTC to 2026-11-21 03:14:02 UTC, of
/// runc-web (2), crun-db (1); 12 are left". At least one was removed.
[[nodiscard]] std::string RemovedText(const RetentionReport& report);
/// "removed 2 directories of 1.2 GiB that commands wrote before kills". At least one was removed.
[[nodiscard]] std::string FilesRemovedText(const PrunedFiles& files);

}  // namespace headroom
