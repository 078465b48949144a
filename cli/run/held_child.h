#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "cli/run/own_shm.h"
#include "cli/run/signal_gate.h"

namespace headroom {

/// What a held process is to become: `args` as they are given, no shell.
struct Program {
  std::vector<std::string> args;    ///< at least one
  std::vector<std::string> places;  ///< where it is looked for, in order
  std::optional<OwnShm> shm;        ///< nullopt: it has the /dev/shm of whoever starts it
};

/// A child of ours that waits to become a program, so that its cgroup and its enrolment are there
/// before it allocates anything. It has our terminal, process group, streams and environment; our
/// other descriptors are closed when it becomes the program.
///
/// Whatever becomes of us before Release(), it ends without having run anything.
class HeldChild {
 public:
  [[nodiscard]] static Result<HeldChild> Start(const Program& program, const SignalGate& gate);
  HeldChild(HeldChild&& other) noexcept;
  HeldChild& operator=(HeldChild&&) = delete;
  /// Ends it where it was never released, and waits for that.
  ~HeldChild();

  [[nodiscard]] pid_t pid() const { return pid_; }

  /// Lets it go on. 0: it runs the program now, and is the caller's to wait for; else the errno of
  /// execve(2), and it has ended and is waited for.
  [[nodiscard]] int Release();

 private:
  HeldChild(pid_t pid, UniqueFd line) : pid_(pid), line_(std::move(line)) {}

  pid_t pid_;
  UniqueFd line_;  ///< to the child; not valid once it is released
};

}  // namespace headroom
