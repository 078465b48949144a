#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "evidence/store.h"

namespace headroom {

/// The verdicts of published bundles for a group of people who are not root:
/// `/var/lib/headroom/summaries/<engine>-<id>/<bundle>.json`, summary.json as it is in the bundle.
///
/// The directory itself is the switch: packaging makes it, root's and the group's, mode 2750, and
/// where it is not there nothing is written. Its set-group-ID bit gives what is written in it to
/// the group, so that nobody needs the power to give files away. Any thread.
class Summaries {
 public:
  explicit Summaries(std::string dir) : dir_(std::move(dir)) {}
  /// Those of the store in that directory: "summaries" beside it.
  [[nodiscard]] static Summaries Beside(const std::string& store_dir);

  [[nodiscard]] const std::string& dir() const { return dir_; }

  /// Appears whole, with mode 0640. Nothing is done where there is no directory, or no text.
  /// kDenied: the directory is not our own user's, or others may write there.
  [[nodiscard]] Status Write(const std::string& container_dir, const std::string& bundle_name,
                             std::string_view text) const;
  /// One that is not there is success.
  [[nodiscard]] Status Remove(const std::string& container_dir,
                              const std::string& bundle_name) const;

  /// Removes what writers left that died: work files that are ten minutes old, or younger than now
  /// by as much, as somebody has set the clock.
  [[nodiscard]] Status RemoveLeftovers(WallTime now) const;

  /// One for each summary, newest first, with the path of the summary. No directory: empty.
  [[nodiscard]] Result<std::vector<BundleEntry>> List() const;
  /// Of at most 4 MiB.
  [[nodiscard]] static Result<std::string> Read(const BundleEntry& entry);

 private:
  std::string dir_;
};

}  // namespace headroom
