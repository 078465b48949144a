#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "container/enrolment/enrolment.h"
#include "container/enrolment/registry_dir.h"

namespace headroom {

/// Which generation of a cgroup came after which, by the enrolments on disk: also those that nobody
/// has adopted yet. An enrolment never changes, so each is read once; and a host may have a
/// thousand of them, so they are listed anew only where the time of a directory says that something
/// came or went: of the one of all containers, of this one's, and of those that had the same
/// cgroup. One thread.
class Successors {
 public:
  /// `may_lag`: a listing that is no older is good enough. Where many containers end at once each
  /// removes a directory, and all would be listed anew for each of them. What is enrolled within it
  /// has killed nobody yet whom one that came before could claim.
  explicit Successors(RegistryDir registry, std::chrono::nanoseconds may_lag = {})
      : registry_(std::move(registry)), may_lag_(may_lag) {}

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
    std::optional<BootTime> noted;  ///< GenerationNotes
  };
  void Refresh();
  [[nodiscard]] bool IsCurrent(const Enrolment& enrolment) const;
  void RefreshFor(const Enrolment& enrolment);
  /// The earliest that is known for that entry.
  [[nodiscard]] std::optional<BootTime> NextAfter(const Known& known) const;

  RegistryDir registry_;
  std::chrono::nanoseconds may_lag_;
  std::optional<BootTime> refreshed_at_;
  std::map<std::string, Known> known_;  ///< by the entry's path
  /// When directories had last changed when they were listed. One that changed just then is not
  /// here: the file system's clock may not tell it from a change right after.
  std::map<std::string, WallTime> unchanged_since_;
};

}  // namespace headroom
