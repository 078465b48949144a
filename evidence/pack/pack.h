#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "evidence/pack/bundle_files.h"

namespace headroom {

/// A bundle as one file to send: a tar archive (ustar) in gzip, of one folder "<UTC>-<kind>" with
/// the files in the order of their names, manifest.json first. The same bundle gives the same bytes
/// (with one version of zlib). kMalformed: there is something in it that no pack holds.
[[nodiscard]] Result<std::string> Packed(const BundleFiles& bundle);

/// The inverse of text that somebody sent. Bounded to 64 MiB of gzip and of files, 16 MiB a file,
/// 4096 files. Refused: names that are no section's (absolute, "..", hidden, control characters) or
/// stand there twice or under two folders, and whatever ReadTar refuses. Writes nothing anywhere.
[[nodiscard]] Result<BundleFiles> Unpacked(std::string_view pack, const std::string& where);

/// Whether a path is to be taken for a pack: it ends in .tar.gz or .tgz.
[[nodiscard]] bool IsPackName(std::string_view path);

/// The bundle at `path`: a directory, or else a pack. kNotFound: nothing is there.
[[nodiscard]] Result<BundleFiles> ReadBundleFiles(const std::string& path);

/// ReadBundle for a directory, else what the pack holds.
[[nodiscard]] Result<Evidence> ReadBundleOrPack(const std::string& path);

}  // namespace headroom
