#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "kernel/cgroup/cgroup_dir.h"

namespace headroom {

/// What decides whether a command can be run here, and with whose help.
struct RunPlace {
  bool root = false;
  uid_t uid = 0;
  CgroupVersion version = CgroupVersion::kMissing;
  bool systemd = false;                    ///< the host's init is systemd
  std::optional<std::string> runtime_dir;  ///< $XDG_RUNTIME_DIR; nullopt: not set
  bool user_systemd = false;               ///< that of this user has its socket below it
};

/// The socket of a user's systemd, which is there as long as that runs.
[[nodiscard]] std::string SocketOfUserSystemd(const std::string& runtime_dir);

/// Why no command can be run here at all: what was found, what was expected, what to do. Empty: one
/// can, as far as can be told without asking systemd. Pure.
[[nodiscard]] std::string WhyNotHere(const RunPlace& place);

}  // namespace headroom
