#pragma once

#include <optional>

#include "kernel/exit/exit_status.h"

namespace headroom {

/// The request of ioctl(2) that ReadPidfdExit() makes, for a filter of system calls.
[[nodiscard]] unsigned long PidfdGetInfoRequest();

/// How the process of a pidfd ended, by ioctl PIDFD_GET_INFO with PIDFD_INFO_EXIT (Linux 6.15):
/// told once its parent has asked for its end, and only to a pidfd that was opened before. nullopt:
/// not yet, or this kernel does not tell. Any thread; does not wait.
[[nodiscard]] std::optional<ExitStatus> ReadPidfdExit(int pidfd);

/// Whether this kernel tells: tried with a child that ends at once. Costs a fork; waits for it.
[[nodiscard]] bool PidfdsTellExits();

}  // namespace headroom
