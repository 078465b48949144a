#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "container/enrolment/registry_dir.h"

namespace headroom {

/// Enrolments that were found and could not be adopted. One that was refused for a reason that may
/// pass (no descriptors left, no memory) may have had a kill that a level above has counted: until
/// it is adopted that is nobody else's, for a while. What is denied, malformed or gone stays so.
/// Pure; one thread.
class Refusals {
 public:
  /// So long the others are kept waiting, from the first refusal on.
  static constexpr std::chrono::seconds kLongest{60};

  /// True: that reason was not told of it yet.
  bool Add(const std::string& path, const Error& why, BootTime now);
  void Remove(const std::string& path) { refused_.erase(path); }
  /// Forgets those that are none of these any more.
  void KeepOnly(const std::vector<RegistryDir::Entry>& entries);

  [[nodiscard]] bool Has(const std::string& path) const { return refused_.contains(path); }
  /// Whether there is one that may be adopted yet and has to be waited for.
  [[nodiscard]] bool AnyAwaited(BootTime now) const;

 private:
  struct Refusal {
    std::string why;
    std::optional<BootTime> passing_since;  ///< nullopt: it will not pass
  };
  std::map<std::string, Refusal> refused_;  ///< by the entry's path
};

}  // namespace headroom
