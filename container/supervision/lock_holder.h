#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "kernel/host_view.h"

namespace headroom {

/// The headroomd that holds the lock of a run directory and gives way to another one (decision
/// 028): `lock` is an open `<run_dir>/headroomd.lock`, which has its number, and a headroomd has
/// that number. nullopt: one that stays holds it, or nobody. Says nothing of whether the lock is
/// held.
[[nodiscard]] std::optional<pid_t> HolderThatGivesWay(const HostView& host, int lock);

/// What somebody types to end such a holder: by its unit where it is in that unit's cgroup, else by
/// its number. `of_user`: the unit is of an ordinary user's systemd.
[[nodiscard]] std::string CommandToStop(const HostView& host, pid_t holder, bool of_user);

}  // namespace headroom
