#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace headroom {

/// Up to which count of a cgroup above containers its kills are accounted for:
/// `<run>/levels/<inode>`, "KILLS BOOT_NS". For the supervisor that comes after this one: without,
/// it could not tell a kill of a container that went while nobody watched from those that were told
/// long ago. An inode of cgroupfs is never used twice in a boot, and neither outlives it.
///
/// Holds no descriptors. One thread.
class LevelNotes {
 public:
  explicit LevelNotes(const std::string& run_dir) : dir_(run_dir + "/levels") {}

  struct Note {
    std::uint64_t kills = 0;
    BootTime at{};

    bool operator==(const Note&) const = default;
  };

  /// nullopt: nothing was noted, or it cannot be read.
  [[nodiscard]] std::optional<Note> Read(std::uint64_t inode) const;
  [[nodiscard]] Status Write(std::uint64_t inode, const Note& note) const;
  /// One that is not there is success.
  [[nodiscard]] Status Remove(std::uint64_t inode) const;
  /// Removes those of all other cgroups, which a supervisor left that was killed.
  void KeepOnly(const std::set<std::uint64_t>& inodes) const;

 private:
  std::string dir_;
};

}  // namespace headroom
