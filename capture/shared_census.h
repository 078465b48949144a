#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/clock.h"
#include "evidence/shared_memory.h"
#include "evidence/snapshot.h"
#include "kernel/host_view.h"
#include "kernel/proc/smaps.h"

namespace headroom {

/// Collects shared memory that lies in no directory, process by process: memfds and deleted files
/// of a tmpfs through the links of /proc/PID/fd, what is mapped (SysV segments, MAP_SHARED, memfds
/// whose descriptor was closed) through smaps. Segments that nobody has attached are not seen: they
/// are listed only inside of the container's own IPC namespace.
///
/// Descriptors are never opened. One is asked for its size only where its mount is the kernel's own
/// one for memfds, or a tmpfs of that process, and then without asking any server (statx,
/// AT_STATX_DONT_SYNC): so no file system of the container's can make us wait. One thread.
class SharedCensus {
 public:
  explicit SharedCensus(const HostView& host);

  /// Counts the descriptors of `row` (`fds`), at most 1024 of one process and 8192 in all.
  void AddDescriptors(ProcessRow& row, BootTime deadline);
  void AddMappings(const ProcessRow& row, const Smaps& smaps);

  /// The 64 largest pieces.
  [[nodiscard]] SharedMemory Take();

 private:
  /// Kind, name and inode. The name as well: two tmpfs number their files alike.
  using Key = std::tuple<std::string, std::string, std::uint64_t>;
  void AddLink(const ProcessRow& row, int fd_dir, const std::string& number);
  [[nodiscard]] bool IsSafe(int pid, const std::string& number) const;
  SharedPiece& Find(const ProcessRow& row, const Key& key);

  const HostView& host_;
  std::optional<std::uint64_t> memfd_mount_;  ///< nullopt: this kernel does not say
  std::set<std::uint64_t> tmpfs_mounts_;      ///< of the process that is looked at
  std::size_t descriptors_ = 0;
  std::map<Key, SharedPiece> pieces_;
  std::set<std::pair<Key, int>> owners_;
  bool truncated_ = false;
};

/// What a path of /proc/PID/fd or of smaps names, where it is shared memory: kind and name as
/// SharedPiece has them. Pure.
struct SharedName {
  std::string_view kind;
  std::string name;
};
[[nodiscard]] std::optional<SharedName> ParseSharedName(std::string_view path);

/// "mnt_id:" of /proc/PID/fdinfo/N. Pure; nullopt without one.
[[nodiscard]] std::optional<std::uint64_t> ParseMountId(std::string_view fdinfo);

}  // namespace headroom
