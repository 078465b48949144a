#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "container/enrolment/enrolment.h"
#include "evidence/prune.h"
#include "evidence/store.h"

namespace headroom {

/// A directory for what the command of a policy's `pre_kill` writes.
struct PreKillDirectory {
  std::string container_dir;  ///< "<engine>-<id>", as of the bundles beside it
  std::string name;           ///< "pre-kill-1a2b3c4d-123456789"
  std::string hash;           ///< GenerationHash
  BootTime began{};           ///< when the action was decided on, in the boot of the generation
};

/// "pre-kill-<GenerationHash>-<nanoseconds since the boot>": no bundle's name, and known before the
/// bundle of the kill has one.
[[nodiscard]] std::string PreKillDirectoryName(std::string_view generation, BootTime began);
/// The inverse, without the container; nullopt for any other text.
[[nodiscard]] std::optional<PreKillDirectory> ParsePreKillDirectoryName(std::string_view name);

/// The name of the directory that pre_kill.json of a bundle tells of; empty: of none, or of one
/// that is not of the bundle's own generation. Reads that file. The error: it is there, and cannot
/// be read now.
[[nodiscard]] Result<std::string> PreKillDirectoryOf(const BundleEntry& bundle);

/// The directories `<store>/<engine>-<id>/pre-kill-.../`, 0700, each of one action before a kill,
/// beside the bundle that tells of it: so nothing that is in them is waited for, hashed or packed
/// with the bundle, however large, and a command that outlives the kill goes on writing to the same
/// place. They go with their bundle (Store::Remove), and those that no bundle names by themselves
/// (RetentionPass). Holds no descriptors. Any thread; waits for the disk.
class PreKillFiles {
 public:
  explicit PreKillFiles(std::string store) : store_(std::move(store)) {}

  /// Makes that of one action, and what is missing above it; returns its path. kExists: it is
  /// there, so it is of another one; kDenied: the store is not our own user's alone.
  [[nodiscard]] Result<std::string> Make(const Enrolment& container, BootTime began) const;

  /// True: nothing was in it, and it is gone, the container's folder too where that was all.
  [[nodiscard]] bool DropIfEmpty(const Enrolment& container, BootTime began) const;

  /// All there are, but in folders that cannot be read (Store::Look tells of them). No store yet:
  /// none.
  [[nodiscard]] Result<std::vector<PreKillDirectory>> List() const;
  /// Bytes and blocks of all that is in it now; links are not followed.
  [[nodiscard]] Result<BundleSize> SizeOf(const PreKillDirectory& directory) const;
  /// It vanishes in one rename, and is deleted then. kNotFound: it is gone already.
  [[nodiscard]] Status Remove(const PreKillDirectory& directory) const;

 private:
  std::string store_;
};

}  // namespace headroom
