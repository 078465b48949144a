#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "container/enrolment/enrolment.h"

namespace headroom {

/// The directory through which hook and supervisor meet:
/// `<run>/containers/<engine>-<uid>-<id>/<generation>/{enrolment.json, stopped, recorder}`, and
/// what GenerationNotes has there. Plain files, root's, 0700. `run` is /run/headroom, or
/// $XDG_RUNTIME_DIR/headroom rootless.
///
/// Holds no descriptors; every call opens what it needs. Any thread.
class RegistryDir {
 public:
  explicit RegistryDir(std::string run_dir) : run_dir_(std::move(run_dir)) {}

  /// A generation found on disk.
  struct Entry {
    std::string container_key;
    std::string generation_key;
    std::string path;  ///< of the generation's directory
  };

  [[nodiscard]] const std::string& run_dir() const { return run_dir_; }
  [[nodiscard]] std::string containers_dir() const { return run_dir_ + "/containers"; }

  /// Writes one generation: built under `<run>/incoming`, renamed once. Already there (prestart
  /// and createRuntime both registered): success, the first one stays. Returns its directory.
  /// What Read() would refuse for its size is left out or refused, see fit_enrolment.h.
  [[nodiscard]] Result<std::string> Add(const Enrolment& enrolment) const;

  /// Removes from `<run>/incoming` what calls that were killed left there more than ten minutes ago
  /// (a hook takes seconds). Other names than those that Add() and Remove() give are left alone.
  [[nodiscard]] Status SweepIncoming(BootTime now) const;

  /// Whether that generation is registered already.
  [[nodiscard]] bool Has(const Enrolment& enrolment) const;

  /// Every complete generation, sorted. No directory yet: empty.
  [[nodiscard]] Result<std::vector<Entry>> List() const;

  /// Reads one enrolment. Believed only if directory and file belong to our effective user, are
  /// not writable by others, and the file is a regular one with a single link (kDenied otherwise).
  [[nodiscard]] Result<Enrolment> Read(const Entry& entry) const;

  /// Marks every generation of that runtime id whose init is dead as stopped (file `stopped`),
  /// whatever engine name it was enrolled under. Returns how many. One that cannot be read, which
  /// the supervisor refuses, is removed instead, once no process lives that is as old as its init.
  [[nodiscard]] Result<int> MarkStopped(const HostView& host, std::string_view id) const;
  [[nodiscard]] bool IsStopped(const Entry& entry) const;

  /// Where that generation is registered, whether or not it is.
  [[nodiscard]] Entry EntryOf(const Enrolment& enrolment) const;
  /// Its directory, for who keeps files of its own there: kDenied if anybody else can have written
  /// into it or into one above, up to containers_dir().
  [[nodiscard]] Result<UniqueFd> Open(const Entry& entry) const;

  /// Removes a generation, and its container's directory when that was the last.
  [[nodiscard]] Status Remove(const Entry& entry) const;

 private:
  /// List() of the containers whose key ends so: a host may have a thousand others.
  [[nodiscard]] Result<std::vector<Entry>> ListEndingWith(std::string_view key_suffix) const;

  std::string run_dir_;
};

/// Rings the supervisor's doorbell: one empty datagram to `<run>/doorbell`, never blocking.
/// False when nobody listens (the caller may say so; nothing else follows from it).
[[nodiscard]] bool RingDoorbell(const std::string& run_dir);

/// Default places for this process's user; see state_paths.h.
struct StatePaths {
  std::string run_dir;     ///< /run/headroom or $XDG_RUNTIME_DIR/headroom
  std::string store_dir;   ///< /var/lib/headroom/bundles or $XDG_STATE_HOME/headroom/bundles
  std::string config_dir;  ///< /etc/headroom
};
[[nodiscard]] StatePaths DefaultStatePaths();

}  // namespace headroom
