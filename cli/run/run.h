#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "cli/environment.h"

namespace headroom {

/// `headroom run --memory SIZE -- COMMAND...`: a command under the protection that a container has,
/// without an engine.
struct RunOptions {
  std::optional<Bytes> memory;       ///< its limit; always given
  std::optional<Bytes> shm;          ///< size of a /dev/shm of its own; nullopt: the host's
  std::string policy;                ///< a file or a folder; empty: the policy of this machine
  std::string name;                  ///< empty: made up of the program and its process number
  bool verbose = false;              ///< also what policy finds, and where it runs
  std::vector<std::string> command;  ///< as it is given; at least one
};
/// The command's own status, or one of RunStatus. Standard output is the command's alone.
[[nodiscard]] int RunCommand(const Environment& environment, const RunOptions& options);

}  // namespace headroom
