#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "container/enrolment/registry_dir.h"

namespace headroom {

/// What the supervisor notes of a generation beside its enrolment, for one that comes after it:
/// files `counted`, `closed`, `accounted` and `superseded`. They go with the generation. Each is
/// replaced whole, and in memory only: after a crash of the host no container is there either.
///
/// Writing fails where the generation is not registered, and where its directory is not ours alone;
/// reading then, and of what is no such note, gives nothing. Any thread.
class GenerationNotes {
 public:
  GenerationNotes(RegistryDir registry, RegistryDir::Entry entry)
      : registry_(std::move(registry)), entry_(std::move(entry)) {}
  GenerationNotes(const RegistryDir& registry, const Enrolment& enrolment)
      : GenerationNotes(registry, registry.EntryOf(enrolment)) {}

  /// Kills that were counted, whether or not a bundle has them by now.
  struct Counted {
    std::uint64_t up_to = 0;  ///< of the generation's oom_kill counter
    /// Not empty: a cgroup above has counted them, and it may have been any of these containers.
    std::vector<std::string> candidates;

    bool operator==(const Counted&) const = default;
  };
  /// For a supervisor that comes when the cgroup is gone with its counter, and finds no bundle.
  [[nodiscard]] Status NoteCounted(const Counted& counted) const;
  [[nodiscard]] std::optional<Counted> ReadCounted() const;

  /// How far the kernel's log had been read when an incident was closed.
  struct Closed {
    std::uint64_t up_to = 0;         ///< its last kill, by the generation's oom_kill counter
    std::uint64_t log_sequence = 0;  ///< of the last record of /dev/kmsg; 0: it was not read

    bool operator==(const Closed&) const = default;
  };
  /// The last incidents, the oldest first: what the log had said by then they have, and it need not
  /// have told of every kill that was counted.
  [[nodiscard]] Status NoteClosed(const std::vector<Closed>& closed) const;
  /// Empty: nothing was noted.
  [[nodiscard]] std::vector<Closed> ReadClosed() const;

  /// Every kill up to that value of the oom_kill counter is in bundles that were published, so that
  /// these may go before the container does.
  [[nodiscard]] Status NoteAccounted(std::uint64_t kills) const;
  [[nodiscard]] std::optional<std::uint64_t> ReadAccounted() const;

  /// When the next generation of the same cgroup was enrolled, for when that one is forgotten
  /// first: what its kills left in the kernel's log is not this one's.
  [[nodiscard]] Status NoteSuperseded(BootTime enrolled) const;
  [[nodiscard]] std::optional<BootTime> ReadSuperseded() const;

 private:
  [[nodiscard]] Status Write(const char* file, const std::string& text) const;
  [[nodiscard]] std::optional<std::string> Read(const char* file) const;
  [[nodiscard]] std::optional<std::uint64_t> ReadNumber(const char* file) const;

  RegistryDir registry_;
  RegistryDir::Entry entry_;
};

}  // namespace headroom
