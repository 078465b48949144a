#pragma once

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <string>

#include "base/file.h"

namespace headroom {

/// Makes this process root of a user namespace of its own, with mounts of its own: without a
/// mapping of its user and group it could mount there, but make no file. Needs no privilege where
/// the kernel grants user namespaces to everybody. For a forked child.
inline bool EnterOwnNamespaces() {
  const std::string user = "0 " + std::to_string(geteuid()) + " 1";
  const std::string group = "0 " + std::to_string(getegid()) + " 1";
  return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
         WriteKernelFile(AT_FDCWD, "/proc/self/setgroups", "deny").has_value() &&
         WriteKernelFile(AT_FDCWD, "/proc/self/uid_map", user).has_value() &&
         WriteKernelFile(AT_FDCWD, "/proc/self/gid_map", group).has_value();
}

}  // namespace headroom
