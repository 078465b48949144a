#include "cli/install/target_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <memory>

#include "base/file.h"
#include "container/oci/oci_config.h"

namespace headroom {
namespace {

constexpr mode_t kFileMode = 0644;
constexpr mode_t kFolderMode = 0755;
constexpr int kMostNames = 100;  // a second

std::string BackupPrefix(const std::string& name) { return name + ".headroom-"; }

/// "name.headroom-20261125T234512Z", and "-1" behind it where a second has several.
std::string BackupName(const std::string& name, WallTime now, int number) {
  const std::string stamp = BackupPrefix(name) + ToFileStamp(now);
  return number == 0 ? stamp : fmt::format("{}-{:02}", stamp, number);
}

/// The path with the links of all its parts followed. One that is not there stays as it is.
Result<std::string> RealPath(const std::string& path) {
  struct stat info{};
  if (lstat(path.c_str(), &info) != 0 || !S_ISLNK(info.st_mode)) return path;
  struct Free {
    void operator()(char* text) const { std::free(text); }
  };
  const std::unique_ptr<char, Free> real(realpath(path.c_str(), nullptr));
  if (!real)
    return SystemError(path, "is a symbolic link that leads to no file: mend or remove it");
  return std::string(real.get());
}

/// Held until the descriptor is closed. A folder that is not there yet needs none.
Result<UniqueFd> LockFolder(const std::string& folder) {
  auto fd = OpenAt(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY);
  if (!fd) return fd;
  if (flock(fd->get(), LOCK_EX | LOCK_NB) == 0) return fd;
  if (errno != EWOULDBLOCK) return SystemError(folder, "cannot be locked");
  return MakeError(ErrorCode::kExists, folder,
                   "is being changed by another headroom install: try again when it has ended");
}

/// Calls `keep` with one name after the other, until one is not taken. That name comes back.
template <typename Keep>
Result<std::string> UnderFreeName(const std::string& name, WallTime now, Keep keep) {
  for (int number = 0;; ++number) {
    std::string backup = BackupName(name, now, number);
    const Status kept = keep(backup);
    if (kept) return backup;
    if (kept.error().code != ErrorCode::kExists || number == kMostNames) {
      return std::unexpected(kept.error());
    }
  }
}

}  // namespace

Result<TargetFile> TargetFile::Open(const std::string& path, Links links, Access access) {
  const auto real = links == Links::kFollow ? RealPath(path) : path;
  if (!real) return std::unexpected(real.error());
  TargetFile target;
  const std::size_t slash = real->rfind('/');
  target.directory_ = slash == std::string::npos ? "." : real->substr(0, std::max(slash, 1UL));
  target.name_ = real->substr(slash + 1);
  if (access == Access::kWrite) {
    auto lock = LockFolder(target.directory_);
    if (!lock && lock.error().code != ErrorCode::kNotFound) return std::unexpected(lock.error());
    if (lock) target.lock_ = *std::move(lock);
  }
  auto file = OwnedFile::Open(target.directory_, target.name_, kMaxConfigBytes);
  if (!file && file.error().code != ErrorCode::kNotFound) return std::unexpected(file.error());
  if (file) target.file_ = *std::move(file);
  return target;
}

std::optional<std::string_view> TargetFile::text() const {
  if (!file_) return std::nullopt;
  return file_->text();
}

Result<std::vector<TargetFile::Kept>> TargetFile::Backups() const {
  std::vector<Kept> found;
  const auto fd = OpenAt(AT_FDCWD, directory_, O_RDONLY | O_DIRECTORY);
  if (!fd && fd.error().code == ErrorCode::kNotFound) return found;
  if (!fd) return std::unexpected(fd.error());
  auto names = ListDirectory(fd->get(), directory_);
  if (!names) return std::unexpected(names.error());
  for (const std::string& name : *names) {
    if (!name.starts_with(BackupPrefix(name_))) continue;
    const auto kept = OwnedFile::Open(directory_, name, kMaxConfigBytes);
    if (kept) found.push_back({.name = name, .text = kept->text()});
  }
  std::ranges::reverse(found);  // names are dated, and were in order
  return found;
}

Status TargetFile::Make(std::string_view text) {
  if (auto made = MakeDirectories(directory_, kFolderMode); !made) return made;
  return OwnedFile::Create(directory_, name_, text, kFileMode);
}

Result<std::string> TargetFile::Write(std::string_view text, WallTime now) {
  if (!file_) {
    const Status made = Make(text);
    if (!made) return std::unexpected(made.error());
    return "";
  }
  auto backup = UnderFreeName(
      name_, now, [&](const std::string& name) { return file_->ReplaceKeeping(text, name); });
  if (backup) *backup = directory_ + "/" + *backup;
  return backup;
}

Status TargetFile::PutBack(const Kept& kept) { return file_->ReplaceBy(kept.name); }

Status TargetFile::Remove() { return file_->Remove(); }

Result<std::string> TargetFile::SetAside(WallTime now) {
  auto name =
      UnderFreeName(name_, now, [&](const std::string& backup) { return file_->RenameTo(backup); });
  if (name) *name = directory_ + "/" + *name;
  return name;
}

}  // namespace headroom
