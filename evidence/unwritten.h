#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "evidence/store.h"

namespace headroom {

/// What is known of incidents whose bundle the store does not take (it is full, read-only or
/// failing): `<run>/unwritten/<engine>-<id>/<bundle>.json`, the summary.json that the bundle is to
/// have. Root's alone, in memory, and bounded; gone when the bundle is written. Any thread.
class Unwritten {
 public:
  explicit Unwritten(const std::string& run_dir) : dir_(run_dir + "/unwritten") {}

  [[nodiscard]] const std::string& dir() const { return dir_; }

  /// Keeps `summary` for the incident of that draft; returns the path of the record. An earlier one
  /// of the same incident is replaced; with kMost of them the oldest makes room. `era`: that its
  /// bundle would have (evidence/bundle_order.h); it gets a later one where the container's record
  /// before it would be the newer one otherwise.
  [[nodiscard]] Result<std::string> Keep(const Store::Draft& draft, std::string_view summary,
                                         std::uint64_t era = 0) const;
  /// Whether the incident of that draft is kept already.
  [[nodiscard]] bool Has(const Store::Draft& draft) const;
  /// Removes what was kept of the incident of that draft, if anything, also by an earlier run that
  /// had other bounds for it: a record whose last kill is among the incident's.
  [[nodiscard]] Status Forget(const Store::Draft& draft) const;
  /// Newest first, with the path of the record. None was ever kept: empty.
  [[nodiscard]] Result<std::vector<BundleEntry>> List() const;

  static constexpr std::size_t kMost = 256;

 private:
  std::string dir_;
};

}  // namespace headroom
