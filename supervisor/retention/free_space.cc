#include "supervisor/retention/free_space.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <cstdint>

namespace headroom {

Result<FreeSpace> FreeSpaceAt(const std::string& dir) {
  struct statvfs info{};
  if (statvfs(dir.c_str(), &info) != 0) return SystemError(dir, "cannot be asked for its room");
  const auto bytes = [&](std::uint64_t blocks) { return Bytes{blocks * info.f_frsize}; };
  return FreeSpace{.size = bytes(info.f_blocks), .available = bytes(info.f_bavail)};
}

Bytes FreeSpaceFloor(Bytes size) { return std::min(Bytes{size.value / 20}, Mebibytes(256)); }

Bytes MissingSpace(const FreeSpace& space) { return FreeSpaceFloor(space.size) - space.available; }

}  // namespace headroom
