#pragma once

#include <span>

#include "base/result.h"
#include "supervisor/confine/allowed_calls.h"

namespace headroom {

/// From here on, every thread of this process and whatever it would start may make only these
/// system calls (seccomp(2), by libseccomp); `clone` only for a thread, `socket` only AF_UNIX and
/// AF_NETLINK, `ioctl` only what reads, `tgkill` and `prlimit64` only for this process, `fcntl`
/// nothing that has a signal sent. Every other one is answered with ENOSYS, as by a kernel
/// that has not got it: a C library of tomorrow falls back to an older call instead of failing.
/// A refused call is in the kernel's audit log (type=1326). Cannot be undone. An error (a kernel
/// without seccomp): nothing is confined. After the last fork: the process that calls it is the
/// one. Needs no power; sets no_new_privs.
[[nodiscard]] Status AllowOnly(std::span<const AllowedCall> of_all,
                               std::span<const AllowedCall> own);

/// What the two programs call once they are set up; where it cannot be had, a warning says so.
void ConfineHeadroomd();
void ConfineGuardian();

}  // namespace headroom
