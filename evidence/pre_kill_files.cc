#include "evidence/pre_kill_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "evidence/bundle_container.h"
#include "evidence/bundle_name.h"
#include "evidence/bundle_writer.h"
#include "evidence/pre_kill_result.h"
#include "evidence/store_directories.h"

namespace headroom {
namespace {

constexpr std::string_view kPrefix = "pre-kill-";
constexpr std::size_t kHashDigits = 8;

bool IsHash(std::string_view text) {
  return text.size() == kHashDigits &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// What is gone, or was never a directory, holds none.
Result<std::vector<std::string>> NamesIn(int dir_fd, const std::string& name,
                                         const std::string& path) {
  const auto dir = OpenDirectory(dir_fd, name);
  if (dir) return ListDirectory(dir->get(), path);
  const int error = dir.error().errno_value;
  if (error == ENOENT || error == ENOTDIR || error == ELOOP) return std::vector<std::string>{};
  return std::unexpected(dir.error());
}

/// There is no such file, or none that we have written: too large, a link.
bool IsNone(const Error& error) {
  constexpr std::array<int, 4> kNoFile = {0, ENOENT, ENOTDIR, ELOOP};
  return std::ranges::find(kNoFile, error.errno_value) != kNoFile.end();
}

}  // namespace

std::string PreKillDirectoryName(std::string_view generation, BootTime began) {
  return fmt::format("{}{}-{}", kPrefix, GenerationHash(generation), began.count());
}

std::optional<PreKillDirectory> ParsePreKillDirectoryName(std::string_view name) {
  if (!name.starts_with(kPrefix)) return std::nullopt;
  const auto parts = Split(name.substr(kPrefix.size()), '-');
  if (parts.size() != 2 || !IsHash(parts[0])) return std::nullopt;
  const auto began = ParseUint64(parts[1]);
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<BootTime::rep>::max());
  if (!began || *began > kMost) return std::nullopt;
  // No other text means the same: no zeros in front, nothing behind.
  if (fmt::format("{}{}-{}", kPrefix, parts[0], *began) != name) return std::nullopt;
  return PreKillDirectory{.container_dir = {},
                          .name = std::string(name),
                          .hash = std::string(parts[0]),
                          .began = BootTime(static_cast<BootTime::rep>(*began))};
}

Result<std::string> PreKillDirectoryOf(const BundleEntry& bundle) {
  const auto text = ReadFileIn(bundle, "pre_kill.json");
  const auto incident = ParseIncidentPart(bundle.incident);
  if (!text && !IsNone(text.error())) return std::unexpected(text.error());
  if (!text || !incident) return "";
  const auto result = ParsePreKillResult(*text, bundle.path);
  if (!result) return "";
  const auto directory = ParsePreKillDirectoryName(result->directory);
  return directory && directory->hash == incident->hash ? directory->name : "";
}

Result<std::string> PreKillFiles::Make(const Enrolment& container, BootTime began) const {
  const auto store = OpenStore(store_);
  if (!store) return std::unexpected(store.error());
  const std::string folder = StoreContainerDir(container);
  const std::string folder_path = store_ + "/" + folder;
  const std::string name = PreKillDirectoryName(container.GenerationKey(), began);
  std::string path = folder_path + "/" + name;
  for (int tries = 2;; --tries) {
    const auto opened = OpenOwned(store->get(), folder, folder_path);
    if (!opened) return std::unexpected(opened.error());
    if (mkdirat(opened->get(), name.c_str(), kStoreDirectoryMode) == 0) return path;
    if (errno == EEXIST) return MakeError(ErrorCode::kExists, path, "is there already");
    // The folder may go with the last bundle in it at the same moment; then it is made once more.
    if (errno != ENOENT || tries == 1) return SystemError(path, "cannot be made");
  }
}

bool PreKillFiles::DropIfEmpty(const Enrolment& container, BootTime began) const {
  const auto store = OpenDirectory(AT_FDCWD, store_);
  if (!store) return false;
  const std::string folder = StoreContainerDir(container);
  const std::string name = folder + "/" + PreKillDirectoryName(container.GenerationKey(), began);
  if (unlinkat(store->get(), name.c_str(), AT_REMOVEDIR) != 0) return false;
  // Fails where there are bundles, as it should.
  (void)unlinkat(store->get(), folder.c_str(), AT_REMOVEDIR);
  return true;
}

Result<std::vector<PreKillDirectory>> PreKillFiles::List() const {
  std::vector<PreKillDirectory> directories;
  const auto folders = NamesIn(AT_FDCWD, store_, store_);
  if (!folders) return std::unexpected(folders.error());
  const auto store = OpenDirectory(AT_FDCWD, store_);
  if (!store) return directories;
  for (const std::string& folder : *folders) {
    const auto names = NamesIn(store->get(), folder, store_ + "/" + folder);
    if (!names) continue;
    for (const std::string& name : *names) {
      auto directory = ParsePreKillDirectoryName(name);
      if (!directory) continue;
      directory->container_dir = folder;
      directories.push_back(std::move(*directory));
    }
  }
  return directories;
}

Result<BundleSize> PreKillFiles::SizeOf(const PreKillDirectory& directory) const {
  return SizeOfTree(fmt::format("{}/{}/{}", store_, directory.container_dir, directory.name));
}

Status PreKillFiles::Remove(const PreKillDirectory& directory) const {
  return RemoveBundle(store_, kIncoming, directory.container_dir, directory.name);
}

}  // namespace headroom
