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

  /// When the next generation of the same cgroup was enrolled; nullopt: none is on disk, and none
  /// was that is forgotten by now.
  [[nodiscard]] std::optional<BootTime> SupersededAt(const Enrolment& enrolment);

  /// To be called before that generation is removed from disk: those before it, which may take
  /// longer, keep in mind when it came. Without, a supervisor that starts anew would find its kills
  /// in the kernel's log, under the name of the same cgroup, and give them to an earlier one.
  [[nodiscard]] Status BeforeRemoval(const Enrolment& enrolment);

 private:
  struct Known {
    RegistryDir::Entry entry;
    std::string cgroup;
    std::string boot_id;
    BootTime enrolled{};
    std::optional<BootTime> noted;  ///< RegistryDir::Superseded()
  };
  void Refresh();
  /// The earliest that is known for that entry.
  [[nodiscard]] std::optional<BootTime> NextAfter(const Known& known) const;

  RegistryDir registry_;
  std::map<std::string, Known> known_;  ///< by the entry's path
};

}  // namespace headroom
