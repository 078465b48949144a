#pragma once

#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace headroom {

/// A file system, as much of it as we may use.
struct FreeSpace {
  Bytes size;
  Bytes available;
};

/// Of the file system that `dir` is on. kNotFound: there is no such directory.
[[nodiscard]] Result<FreeSpace> FreeSpaceAt(const std::string& dir);

/// What bundles leave free for others: a twentieth of the file system, at most 256 MiB. Pure.
[[nodiscard]] Bytes FreeSpaceFloor(Bytes size);

/// How much is missing to the floor. Pure.
[[nodiscard]] Bytes MissingSpace(const FreeSpace& space);

}  // namespace headroom
