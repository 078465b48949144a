#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace headroom {

/// All functions here block only as long as the file system does, hold no state, and may be called
/// from any thread. `dir_fd` is borrowed; AT_FDCWD works. Errors name the path as it was given.

/// openat(2), always with O_CLOEXEC. Restarts on EINTR.
[[nodiscard]] Result<UniqueFd> OpenAt(int dir_fd, const std::string& path, int flags,
                                      mode_t mode = 0);

/// A directory, not through a symbolic link in its last component.
[[nodiscard]] Result<UniqueFd> OpenDirectory(int dir_fd, const std::string& path);

/// The whole file, whatever its reported size (kernel files say 0).
/// kTooLarge when there is more than `max_bytes`.
[[nodiscard]] Result<std::string> ReadFileAt(int dir_fd, const std::string& path,
                                             std::size_t max_bytes);

/// The whole of an open regular file, by one read(2) where that fills less than it was given.
[[nodiscard]] Result<std::string> ReadRegularFile(int fd, std::string_view name,
                                                  std::size_t max_bytes);

/// ReadFileAt with one read(2) where that tells all: for files whose text the kernel makes at once
/// and hands out whole, as it does with every value of cgroupfs, with sysctls, and with
/// /proc/PID/{stat,cgroup,limits,oom_score_adj}. A read that fills less than it was given is their
/// end. Not for lists that are made row by row (mountinfo, smaps, cgroup.procs): those may give
/// less than there is.
[[nodiscard]] Result<std::string> ReadValueAt(int dir_fd, const std::string& path,
                                              std::size_t max_bytes);

/// The whole of an open file from its start, by pread: also re-arms a kernfs file for poll.
[[nodiscard]] Result<std::string> ReadOpenFile(int fd, std::string_view name,
                                               std::size_t max_bytes);

/// What a stream (a pipe, standard input) gives until its end. kTooLarge as above.
[[nodiscard]] Result<std::string> ReadToEnd(int fd, std::string_view name, std::size_t max_bytes);

/// One write(2) into an existing kernel file, which takes a value whole or refuses it.
[[nodiscard]] Status WriteKernelFile(int dir_fd, const std::string& path, std::string_view value);

/// All of `bytes` to `fd`, through short writes.
[[nodiscard]] Status WriteAll(int fd, std::string_view name, std::string_view bytes);

/// Whether a write must have reached the disk before the call returns.
enum class Durability : bool { kNone, kSynced };

/// A new file; kExists when the name is taken (symbolic links included).
[[nodiscard]] Status CreateFileAt(int dir_fd, const std::string& name, std::string_view bytes,
                                  mode_t mode, Durability durability);

/// Replaces `name` in one step: readers see the old bytes or the new ones, never a mixture.
[[nodiscard]] Status ReplaceFileAt(int dir_fd, const std::string& name, std::string_view bytes,
                                   mode_t mode, Durability durability);

/// Makes the directory and what is missing above it. An existing one is left as it is.
[[nodiscard]] Status MakeDirectories(const std::string& path, mode_t mode);

/// Flushes a directory's entries (after create or rename).
[[nodiscard]] Status SyncDirectory(int dir_fd, std::string_view name);

/// Names in an open directory, without "." and "..", sorted. Borrows `dir_fd`, leaves its offset.
[[nodiscard]] Result<std::vector<std::string>> ListDirectory(int dir_fd, std::string_view name);

/// Removes `name` below `dir_fd` and all it holds; never follows a symbolic link and never leaves
/// the file system it started on. A name that is not there is success.
[[nodiscard]] Status RemoveTreeAt(int dir_fd, const std::string& name);

}  // namespace headroom
