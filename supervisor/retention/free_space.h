#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace headroom {

/// A file system, as much of it as we may use.
struct FreeSpace {
  Bytes size;
  Bytes available;
  std::uint64_t files = 0;  ///< inodes; 0: it has no fixed number of them, as btrfs
  std::uint64_t available_files = 0;
};

/// Of the file system that `dir` is on. kNotFound: there is no such directory.
[[nodiscard]] Result<FreeSpace> FreeSpaceAt(const std::string& dir);

/// What bundles leave free for others: a twentieth of the file system, at most 256 MiB. Pure.
[[nodiscard]] Bytes FreeSpaceFloor(Bytes size);

/// The same of inodes: a twentieth, at most 16384, which are as many as are in 256 MiB of ext4.
[[nodiscard]] std::uint64_t FreeFilesFloor(std::uint64_t files);

/// How much is missing to the floor. Pure.
[[nodiscard]] Bytes MissingSpace(const FreeSpace& space);
[[nodiscard]] std::uint64_t MissingFiles(const FreeSpace& space);

}  // namespace headroom
