#pragma once

namespace headroom {

/// How `headroom run` ends, as env(1) and the engines do it. Any other status is the command's own.
struct RunStatus {
  static constexpr int kOwnFailure = 125;     ///< it was not started, for a reason of ours
  static constexpr int kNotExecutable = 126;  ///< it was found, and cannot be run
  static constexpr int kNotFound = 127;
  static constexpr int kSignalled = 128;  ///< and the number of the signal that ended it
};

/// Of a wait status (wait(2)) of a process that ended.
[[nodiscard]] int ExitStatusOfWait(int wait_status);

/// Of a command that could not be executed.
[[nodiscard]] int ExitStatusOfExec(int errno_value);

/// Whether it was ended by the signal that the OOM killer uses, as others do.
[[nodiscard]] bool WasKilled(int wait_status);

}  // namespace headroom
