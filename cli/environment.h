#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/install/engine_host.h"
#include "cli/systemd/unit.h"
#include "container/engine/dockerd.h"
#include "container/enrolment/registry_dir.h"
#include "kernel/host_view.h"

namespace headroom {

/// Where `why` looks when there is no bundle. An empty path is not looked at.
struct OtherSources {
  std::string kmsg;                    ///< "/dev/kmsg", or a file of its records, one a line
  bool journal = false;                ///< the journal of this machine
  std::optional<DockerPlaces> docker;  ///< nullopt: not looked at
  std::string storage_dir;             ///< "/var/lib/containers/storage", of Podman and CRI-O
  bool ask_engines = false;            ///< where no file tells, run the engine's own client
  /// What `podman ps --all --format json` prints, which alone tells Podman's labels. Empty: not
  /// asked.
  std::function<Result<std::string>()> list_podman;
};

/// What a verb works on, so that tests can give it a temporary machine. Streams are borrowed.
struct Environment {
  StatePaths paths;
  HostView host;
  std::string runtime_dir = "/run";  ///< below it runc and crun keep the state of containers
  pid_t self = 0;                    ///< this process: whose mounts and namespaces are the host's
  uid_t uid = 0;                     ///< effective
  std::ostream& out;
  std::ostream& err;
  bool terminal = false;  ///< `out` is a terminal that takes colour
  /// Root's bundle store, of whose summaries this user may be able to read; empty: `paths` has it.
  std::string system_store;
  bool root = true;  ///< false: this user sees its own containers only
  OtherSources others = {};
  /// What systemd says of a unit; empty: none can be asked.
  std::function<Result<UnitState>(const std::string& unit)> ask_systemd;
  EngineHost engines = {};  ///< what `install` registers Headroom with
  /// $XDG_RUNTIME_DIR, below which an ordinary user's systemd is asked; nullopt: not set.
  std::optional<std::string> user_runtime_dir;
};

/// The same machine, with all that is said going to one stream. Borrows both.
[[nodiscard]] Environment WithOutputTo(const Environment& environment, std::ostream& stream);

/// How `headroom` ends. Documented in --help; never renumbered.
struct CliStatus {
  static constexpr int kDone = 0;        ///< a verdict about an incident, or the list, was printed
  static constexpr int kIncomplete = 1;  ///< some of what was asked for could not be done
  static constexpr int kUsage = 2;
  static constexpr int kNoIncident = 3;  ///< nothing was killed, nothing is recorded
  static constexpr int kNotFound = 4;    ///< no such container or bundle
  static constexpr int kAmbiguous = 5;   ///< several containers fit
  static constexpr int kUnreadable =
      6;  ///< the store or registry cannot be read, a bundle is broken
};

/// One line "headroom: ..." on the error stream; returns `status`.
int Fail(const Environment& environment, int status, std::string_view message);

/// How the verbs that judge (`check`, `policy`) end: for somebody's CI, as grep and diff do it.
struct JudgeStatus {
  static constexpr int kClean = 0;
  static constexpr int kFindings = 1;
  static constexpr int kCouldNot = 2;  ///< nothing is known, or not all of it; wrong usage too
};

/// "; root's containers need sudo" for a user whose own list says nothing of those; else empty.
[[nodiscard]] std::string_view HintOfRoot(const Environment& environment);

/// The same for an error of reading: kDenied is told with what to do about it.
int FailToRead(const Environment& environment, const Error& error);

}  // namespace headroom
