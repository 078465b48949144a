#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace headroom {

/// A file in a tar archive.
struct TarFile {
  std::string name;  ///< with its folders, as the archive has it
  std::string bytes;

  bool operator==(const TarFile&) const = default;
};

/// The archive in the format that POSIX calls ustar, files in the order given, each root's with
/// mode 0600 and the time `modified_seconds` (since 1970). Only files: tar(1) makes their folders.
/// kTooLarge: a name does not fit, or a file is 8 GiB.
[[nodiscard]] Result<std::string> WriteTar(const std::vector<TarFile>& files,
                                           std::uint64_t modified_seconds);

/// Bounds of an archive that somebody sent.
struct TarBounds {
  std::size_t most_entries = 4096;
  std::size_t most_file_bytes = std::size_t{16} << 20U;
};

/// The files of an archive as WriteTar or `tar --format=ustar` (for names of up to 100 bytes also
/// GNU tar's own format) makes one. Folders in it are passed over. Anything else is refused by its
/// name: links, devices, sparse files, extension headers; a checksum that is wrong, an archive that
/// is cut off, bytes behind its end. Names are as they stand there, and may be anything.
[[nodiscard]] Result<std::vector<TarFile>> ReadTar(std::string_view archive,
                                                   const TarBounds& bounds, std::string_view where);

}  // namespace headroom
