#include "evidence/pack/bundle_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>  // renameat2
#include <set>
#include <utility>

#include "base/file.h"
#include "base/sha256.h"
#include "base/text.h"
#include "evidence/bundle_bounds.h"
#include "evidence/bundle_writer.h"
#include "evidence/section_name.h"

namespace headroom {
namespace {

constexpr std::size_t kMaxFiles = 4096;
constexpr mode_t kDirectoryMode = 0700;
constexpr mode_t kFileMode = 0600;
constexpr const char* kManifestName = "manifest.json";

/// Walks a bundle's directory.
class Reader {
 public:
  explicit Reader(BundleFiles& bundle) : bundle_(bundle) {}

  /// `prefix` is empty or ends in a slash.
  Status ReadFolder(int dir_fd, const std::string& prefix) {
    const auto names = ListDirectory(dir_fd, Where(prefix));
    if (!names) return std::unexpected(names.error());
    for (const std::string& name : *names) {
      if (++entries_ > kMaxFiles) {
        return MakeError(ErrorCode::kTooLarge, bundle_.path,
                         fmt::format("holds more than {} files", kMaxFiles));
      }
      if (auto read = ReadEntry(dir_fd, prefix, name); !read) return read;
    }
    return {};
  }

 private:
  [[nodiscard]] std::string Where(const std::string& name) const {
    return bundle_.path + "/" + EscapedForPeople(name);
  }

  Status ReadEntry(int dir_fd, const std::string& prefix, const std::string& name) {
    const std::string section = prefix + name;
    // Deeper than any section's name may be, too.
    if (!SectionComponents(section)) return Stray(section, "has a name that no section has");
    struct stat info{};
    if (fstatat(dir_fd, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
      return SystemError(Where(section), "cannot be examined");
    }
    if (S_ISLNK(info.st_mode)) return Stray(section, "is a symbolic link");
    if (S_ISDIR(info.st_mode)) {
      const auto dir = OpenDirectory(dir_fd, name);
      if (!dir) return Placed(dir.error(), section);
      return ReadFolder(dir->get(), section + "/");
    }
    if (!S_ISREG(info.st_mode)) return Stray(section, "is no regular file");
    return ReadFile(dir_fd, name, section);
  }

  Status ReadFile(int dir_fd, const std::string& name, const std::string& section) {
    const auto fd = OpenAt(dir_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (!fd) return Placed(fd.error(), section);
    auto bytes = ReadToEnd(fd->get(), section, std::min(kMaxBundleFileBytes, left_));
    if (!bytes) return Placed(bytes.error(), section);
    left_ -= bytes->size();
    bundle_.files.emplace(section, std::move(*bytes));
    return {};
  }

  Status Stray(const std::string& name, std::string what) {
    bundle_.strays.push_back({name, std::move(what)});
    return {};
  }
  Status Placed(Error error, const std::string& section) const {
    error.where = Where(section);
    return std::unexpected(std::move(error));
  }

  BundleFiles& bundle_;
  std::size_t entries_ = 0;
  std::size_t left_ = kMaxBundleBytes;
};

/// Makes the folders that a file lies in, unless that is done.
Status MakeFolders(int root, const std::string& name, std::set<std::string>& made) {
  for (std::size_t at = name.find('/'); at != std::string::npos; at = name.find('/', at + 1)) {
    const std::string folder = name.substr(0, at);
    if (!made.insert(folder).second) continue;
    if (mkdirat(root, folder.c_str(), kDirectoryMode) != 0) {
      return SystemError(folder, "cannot be made");
    }
  }
  return {};
}

Status WriteFiles(int root, const BundleFiles& bundle) {
  std::set<std::string> made;
  for (const auto& [name, bytes] : bundle.files) {
    if (const auto usable = SectionComponents(name); !usable) {
      return std::unexpected(usable.error());
    }
    if (auto folders = MakeFolders(root, name, made); !folders) return folders;
    if (auto file = CreateFileAt(root, name, bytes, kFileMode, Durability::kNone); !file) {
      return file;
    }
  }
  return {};
}

std::string WithoutSlashes(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

}  // namespace

Result<BundleFiles> ReadBundleDirectory(const std::string& path) {
  BundleFiles bundle{.path = WithoutSlashes(path), .files = {}, .strays = {}};
  const auto root = OpenDirectory(AT_FDCWD, bundle.path);
  if (!root) return std::unexpected(root.error());
  if (auto read = Reader(bundle).ReadFolder(root->get(), ""); !read) {
    return std::unexpected(read.error());
  }
  return bundle;
}

Result<BundleFiles> FilesOfDraft(const Store::Draft& draft) {
  auto finished = FinishDraft(draft);
  if (!finished) return std::unexpected(finished.error());
  BundleFiles bundle;
  for (Section& section : finished->sections) {
    if (!HasFile(section.row)) continue;
    bundle.files.emplace(section.row.section, std::move(section.bytes));
  }
  bundle.files.emplace(kManifestName, SerializeManifest(finished->manifest));
  return bundle;
}

Status WriteBundleDirectory(const std::string& path, const BundleFiles& bundle) {
  const std::string target = WithoutSlashes(path);
  const std::string work = fmt::format("{}.{}.tmp", target, getpid());
  if (mkdir(work.c_str(), kDirectoryMode) != 0) return SystemError(work, "cannot be made");
  const auto root = OpenDirectory(AT_FDCWD, work);
  Status written = root ? WriteFiles(root->get(), bundle) : std::unexpected(root.error());
  if (written &&
      renameat2(AT_FDCWD, work.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE) != 0) {
    written = errno == EEXIST ? MakeError(ErrorCode::kExists, target, "is there already")
                              : SystemError(target, "cannot be put in place");
  }
  if (!written) (void)RemoveTreeAt(AT_FDCWD, work);
  return written;
}

std::string BundleDigest(const BundleFiles& bundle) {
  const auto manifest = bundle.files.find(kManifestName);
  return manifest == bundle.files.end() ? "" : Sha256Hex(manifest->second);
}

}  // namespace headroom
