#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace headroom {

/// A file on a tmpfs.
struct ShmFile {
  std::string path;  ///< as the container sees it; bytes; escape to print
  std::optional<Bytes> bytes;
  std::optional<Bytes> allocated;
};

/// One tmpfs of a container. before/shm.json is its /dev/shm.
struct ShmListing {
  std::string mount_point;  ///< bytes
  std::optional<Limit> size;
  std::optional<Bytes> used;
  std::vector<ShmFile> files;  ///< most allocated first
  std::optional<std::uint64_t> total_files;
  bool truncated = false;
  /// The host's own, as of a command without an engine: what lies there may be anybody's.
  bool of_host = false;
};
[[nodiscard]] std::string SerializeShm(const ShmListing& listing);
[[nodiscard]] Result<ShmListing> ParseShm(std::string_view text, std::string_view where);

/// before/tmpfs.json, schema "headroom.tmpfs/1": every other tmpfs in the container's mount
/// namespace. One that is shared with others may hold files that are charged to them.
struct TmpfsTable {
  std::vector<ShmListing> mounts;      ///< most used first
  std::optional<std::uint64_t> total;  ///< there may be more than `mounts`
  bool truncated = false;
};
[[nodiscard]] std::string SerializeTmpfs(const TmpfsTable& table);
[[nodiscard]] Result<TmpfsTable> ParseTmpfs(std::string_view text, std::string_view where);

/// Who has a piece of shared memory open or mapped.
struct SharedOwner {
  int pid = 0;
  std::string comm;  ///< bytes
};

/// Shared memory without a name in any file system that could be listed.
struct SharedPiece {
  std::string kind;  ///< "memfd", "sysv" or "anonymous" (mmap MAP_SHARED)
  std::string name;  ///< memfd's name, the segment's key in hexadecimal, or empty; bytes
  std::uint64_t inode = 0;
  std::optional<Bytes> size;
  /// Pages that it has; of a sysv segment and of anonymous ones the most that one process has
  /// mapped of it, which may be less.
  std::optional<Bytes> allocated;
  std::vector<SharedOwner> owners;  ///< the process with the smallest number first
  std::uint64_t total_owners = 0;   ///< there may be more than `owners`
};

/// before/shared_memory.json, schema "headroom.shared-memory/1".
struct SharedMemory {
  std::vector<SharedPiece> pieces;     ///< most allocated first
  std::optional<std::uint64_t> total;  ///< there may be more than `pieces`
  bool truncated = false;              ///< not every process or descriptor was looked at
};
[[nodiscard]] std::string SerializeSharedMemory(const SharedMemory& memory);
[[nodiscard]] Result<SharedMemory> ParseSharedMemory(std::string_view text, std::string_view where);

}  // namespace headroom
