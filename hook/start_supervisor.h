#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "kernel/host_view.h"
#include "policy/supervisor_choice.h"

namespace headroom {

/// Where the programs lie that may be started, and whether they may be.
struct SupervisorPrograms {
  std::string headroomd = "/usr/bin/headroomd";
  std::string guardian = "/usr/lib/headroom/headroom-guardian";
  std::string systemd_run = "/usr/bin/systemd-run";
  std::string systemd_dir = "/run/systemd/system";  ///< is there where systemd runs
  /// Where `systemctl mask` leaves its word.
  std::vector<std::string> mask_dirs = {"/etc/systemd/system", "/run/systemd/system"};
  bool system = true;  ///< false: of an ordinary user, whose hook can start neither
};

/// What is to be started so that the container is watched.
struct SupervisorCommands {
  /// Guardian first; of one that has lost its guardian, that alone.
  std::vector<std::vector<std::string>> commands;
  bool detached = false;  ///< they are processes that we leave behind, and not asked of systemd
};
/// Nothing where somebody listens at `<run_dir>/doorbell` (as where systemd keeps headroomd's
/// socket), but for a guardian where such a one has lost its own
/// (container/supervision/guardian_socket.h); nor where the policy leaves that to an administrator,
/// or, by choice kAuto, where one has stopped headroomd or masked its unit. Looks at a handful of
/// paths.
[[nodiscard]] SupervisorCommands CommandsToStart(SupervisorChoice choice,
                                                 const SupervisorPrograms& programs,
                                                 const std::string& run_dir, const HostView& host);

/// Whether `runtime`, the process that called the hook, would not end before a process that the
/// hook has left behind: `crun run` in the foreground takes all orphans below it for its own (it is
/// their subreaper) and waits until none is left (crun, libcrun/container.c). systemd's children
/// are none.
[[nodiscard]] bool WaitsForOrphans(const HostView& host, pid_t runtime);

/// Starts a command that outlives us and has nothing of ours (base/detached.h), with
/// `<cgroup root>/headroom` for its cgroup, so that it is killed with no container and no engine.
/// Not at all where that cgroup cannot be had, or the program cannot be executed. Does not wait for
/// it.
[[nodiscard]] Status StartOutside(const std::vector<std::string>& command, const HostView& host);

}  // namespace headroom
