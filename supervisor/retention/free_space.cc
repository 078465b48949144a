#include "supervisor/retention/free_space.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <cstdint>

namespace headroom {

Result<FreeSpace> FreeSpaceAt(const std::string& dir) {
  struct statvfs info{};
  if (statvfs(dir.c_str(), &info) != 0) return SystemError(dir, "cannot be asked for its room");
  const auto bytes = [&](std::uint64_t blocks) { return Bytes{blocks * info.f_frsize}; };
  return FreeSpace{.size = bytes(info.f_blocks),
                   .available = bytes(info.f_bavail),
                   .files = info.f_files,
                   .available_files = info.f_favail};
}

Bytes FreeSpaceFloor(Bytes size) { return std::min(Bytes{size.value / 20}, Mebibytes(256)); }

std::uint64_t FreeFilesFloor(std::uint64_t files) {
  constexpr std::uint64_t kMost = 16384;
  return std::min(files / 20, kMost);
}

Bytes MissingSpace(const FreeSpace& space) { return FreeSpaceFloor(space.size) - space.available; }

std::uint64_t MissingFiles(const FreeSpace& space) {
  const std::uint64_t floor = FreeFilesFloor(space.files);
  return floor - std::min(floor, space.available_files);
}

}  // namespace headroom
