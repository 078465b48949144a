#include "evidence/pack/pack.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/text.h"
#include "evidence/bundle_name.h"
#include "evidence/pack/gzip.h"
#include "evidence/pack/tar.h"
#include "evidence/section_name.h"

namespace headroom {
namespace {

constexpr std::size_t kMaxPackBytes = std::size_t{64} << 20U;
/// The files of a bundle, and a header and its filling for each.
constexpr std::size_t kMaxTarBytes = (std::size_t{64} + 8) << 20U;
constexpr std::string_view kManifestName = "manifest.json";

/// "20261121T031244Z-oom-kill": the whole of a bundle's name and of a cgroup's would not fit a tar
/// header together.
std::string FolderOf(const BundleFiles& bundle) {
  const auto entry = ParseBundleName(bundle.path.substr(bundle.path.rfind('/') + 1));
  return entry ? fmt::format("{}-{}", entry->stamp, BundleKindName(entry->kind)) : "bundle";
}

/// When the last of it was read; 0 where the manifest does not say.
std::uint64_t TimeOf(const std::string& manifest_text) {
  const auto manifest = ParseManifest(manifest_text, kManifestName);
  WallTime last{};
  for (const ManifestRow& row : manifest ? manifest->rows : std::vector<ManifestRow>{}) {
    last = std::max(last, row.captured_wall.value_or(WallTime{}));
  }
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(last).count());
}

/// Cuts the folder off that all files lie in.
Result<std::string_view> NameBelow(std::string_view folder, std::string_view name,
                                   const std::string& where) {
  const std::size_t slash = name.find('/');
  if (slash == std::string_view::npos || slash == 0 || name.substr(0, slash) != folder) {
    return Malformed(where, fmt::format("holds {}, expected one folder with all files in it",
                                        EscapedForPeople(name.substr(0, 200))));
  }
  return name.substr(slash + 1);
}

bool IsDirectory(const std::string& path) {
  struct stat info{};
  return stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

Result<BundleFiles> ReadPackFile(const std::string& path) {
  // Somebody else may have put a pipe there.
  const auto fd = OpenAt(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!fd) return std::unexpected(fd.error());
  struct stat info{};
  if (fstat(fd->get(), &info) != 0) return SystemError(path, "cannot be examined");
  if (!S_ISREG(info.st_mode)) return Malformed(path, "is neither a bundle's directory nor a file");
  const auto bytes = ReadToEnd(fd->get(), path, kMaxPackBytes);
  if (!bytes) return std::unexpected(bytes.error());
  return Unpacked(*bytes, path);
}

}  // namespace

Result<std::string> Packed(const BundleFiles& bundle) {
  const auto manifest = bundle.files.find(kManifestName);
  if (manifest == bundle.files.end()) {
    return Malformed(bundle.path, "is no bundle: it has no manifest.json");
  }
  if (!bundle.strays.empty()) {
    const StrayEntry& stray = bundle.strays.front();
    return Malformed(fmt::format("{}/{}", bundle.path, EscapedForPeople(stray.name)),
                     stray.what + ", which no pack holds");
  }
  const std::string folder = FolderOf(bundle);
  std::vector<TarFile> files;
  const auto add = [&](const std::string& name, const std::string& bytes) {
    files.push_back({fmt::format("{}/{}", folder, name), bytes});
  };
  add(manifest->first, manifest->second);
  for (const auto& [name, bytes] : bundle.files) {
    if (name != kManifestName) add(name, bytes);
  }
  const auto tar = WriteTar(files, TimeOf(manifest->second));
  if (!tar) return std::unexpected(tar.error());
  return Compressed(*tar);
}

Result<BundleFiles> Unpacked(std::string_view pack, const std::string& where) {
  const auto tar = Uncompressed(pack, kMaxTarBytes, where);
  if (!tar) return std::unexpected(tar.error());
  auto files = ReadTar(*tar, {}, where);
  if (!files) return std::unexpected(files.error());
  BundleFiles bundle{.path = where, .files = {}, .strays = {}};
  const std::string folder =
      files->empty() ? "" : files->front().name.substr(0, files->front().name.find('/'));
  for (TarFile& file : *files) {
    const auto name = NameBelow(folder, file.name, where);
    if (!name) return std::unexpected(name.error());
    if (const auto usable = SectionComponents(*name); !usable) {
      return Malformed(where, "holds " + usable.error().Message());
    }
    if (!bundle.files.emplace(*name, std::move(file.bytes)).second) {
      return Malformed(where, fmt::format("holds {} twice", EscapedForPeople(*name)));
    }
  }
  if (!bundle.files.contains(kManifestName)) {
    return Malformed(where, "is no pack of a bundle: it has no manifest.json");
  }
  return bundle;
}

bool IsPackName(std::string_view path) {
  return path.ends_with(".tar.gz") || path.ends_with(".tgz");
}

Result<BundleFiles> ReadBundleFiles(const std::string& path) {
  return IsDirectory(path) ? ReadBundleDirectory(path) : ReadPackFile(path);
}

Result<Evidence> ReadBundleOrPack(const std::string& path) {
  struct stat info{};
  if (lstat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return ReadBundle(path);
  const auto bundle = ReadPackFile(path);
  if (!bundle) return std::unexpected(bundle.error());
  return EvidenceInFiles(bundle->files, path);
}

}  // namespace headroom
