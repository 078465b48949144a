#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "container/enrolment.h"
#include "container/registry_dir.h"

namespace headroom {

/// Which generation of a cgroup came after which, by the enrolments on disk: also those that nobody
/// has adopted yet. An enrolment never changes, so each is read once. One thread.
class Successors {
 public:
  explicit Successors(RegistryDir registry) : registry_(std::move(registry)) {}

  /// When the next generation of the same cgroup was enrolled; nullopt: none is on disk.
  [[nodiscard]] std::optional<BootTime> SupersededAt(const Enrolment& enrolment);

 private:
  struct Known {
    std::string cgroup;
    std::string boot_id;
    BootTime enrolled{};
  };
  void Refresh();

  RegistryDir registry_;
  std::map<std::string, Known> known_;  ///< by the entry's path
};

}  // namespace headroom
