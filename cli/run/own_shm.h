#pragma once

#include <sys/types.h>

#include <string>

#include "base/bytes.h"

namespace headroom {

/// A /dev/shm for one command and what it starts: a tmpfs in a mount namespace of its own, so that
/// nobody else's files count as its memory, and its own do not outlive it. What it writes there
/// counts against its limit. An ordinary user may mount in a user namespace alone; the command has
/// its own ids there, and cannot gain others (sudo, setuid programs).
class OwnShm {
 public:
  /// `uid` and `gid` are those of whoever runs the command; 0 needs no user namespace.
  OwnShm(Bytes size, uid_t uid, gid_t gid);

  /// What failed, and why; a step of "" is success.
  struct Failure {
    const char* step = "";
    int errno_value = 0;
  };
  /// Moves the calling process, which has one thread, into it. System calls alone, so that it may
  /// be called between fork(2) and execve(2).
  [[nodiscard]] Failure Mount() const;

 private:
  [[nodiscard]] Failure MapIds() const;

  bool user_namespace_;
  std::string options_;  ///< of the tmpfs
  std::string uid_map_;
  std::string gid_map_;
};

}  // namespace headroom
