#pragma once

#include <chrono>

namespace headroom {

/// Descriptors 0 to 2 point somewhere afterwards, so that no file of ours gets their number and no
/// message of ours lands in it.
void OpenMissingStandardDescriptors();

/// Writing to a pipe that nobody reads is an error from now on and no longer the end.
void IgnoreBrokenPipes();

/// Ends this process with `exit_status` and one line on standard error when it is still there
/// after `limit` of real time. Nothing the hook waits for may hold a container longer. Process-
/// wide; uses SIGALRM.
void StartWatchdog(std::chrono::milliseconds limit, int exit_status);

/// From now on the watchdog ends the process with this status: what is decided stays decided.
void SetWatchdogStatus(int exit_status);

}  // namespace headroom
