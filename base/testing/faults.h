#pragma once

#include <cstddef>

namespace headroom {

/// What becomes of the system call that is struck.
enum class Fault {
  kFails,        ///< it fails with an error, once
  kAllFail,      ///< it and all that follow fail: a disk that is gone
  kShort,        ///< a read or a write does half of what it was asked for; others do not count
  kProcessDies,  ///< the process is gone before it, as by SIGKILL: for a forked child
};

/// While it lives, one of this thread's system calls on files comes to grief, counted from 0 over
/// all of them: openat, read, pread, write, pwrite, fsync, rename, renameat, renameat2, linkat,
/// mkdir, mkdirat, unlink, unlinkat, rmdir, fstat, fstatat, faccessat, fchmod, flock,
/// posix_fallocate, fdopendir, readdir. One at a time, and one thread. Calls that a shared library
/// makes (std::filesystem, std::ofstream) are its own affair: a test looks at what came of it by
/// those.
class FaultPlan {
 public:
  /// `only`: calls of that name are counted and struck, and no others; nullptr: all are.
  FaultPlan(std::size_t at, Fault fault, int error, const char* only = nullptr);
  FaultPlan(const FaultPlan&) = delete;
  FaultPlan& operator=(const FaultPlan&) = delete;
  ~FaultPlan();

  /// The call that was struck; nullptr: there were not so many.
  [[nodiscard]] const char* struck() const;
};

/// Exit status of a process that Fault::kProcessDies ended.
inline constexpr int kDiedOfFault = 86;

}  // namespace headroom
