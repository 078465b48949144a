#include "base/owned_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "base/file.h"

namespace headroom {
namespace {

constexpr mode_t kModeBits = 07777;

Status CheckTrusted(const struct stat& info, const std::string& path) {
  const auto refuse = [&path](std::string_view why) {
    return MakeError(ErrorCode::kDenied, path, why);
  };
  if (!S_ISREG(info.st_mode)) return refuse("is no regular file");
  if (info.st_nlink != 1) return refuse(fmt::format("has {} names", info.st_nlink));
  if (info.st_uid != 0 && info.st_uid != geteuid()) {
    return refuse(fmt::format("belongs to user {}", info.st_uid));
  }
  return {};
}

/// A new file with the owner and mode of the old one, flushed.
Status WriteCopy(int directory, const std::string& name, std::string_view bytes,
                 const struct stat& like) {
  constexpr mode_t kPrivate = 0600;  // until it has its owner
  const auto fd = OpenAt(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, kPrivate);
  if (!fd) return std::unexpected(fd.error());
  if (auto written = WriteAll(fd->get(), name, bytes); !written) return written;
  struct stat info{};
  if (fstat(fd->get(), &info) != 0) return SystemError(name, "cannot be examined");
  const bool same_owner = info.st_uid == like.st_uid && info.st_gid == like.st_gid;
  if (!same_owner && fchown(fd->get(), like.st_uid, like.st_gid) != 0) {
    return SystemError(name, "cannot be given the owner of the file that it replaces");
  }
  if (fchmod(fd->get(), like.st_mode & kModeBits) != 0) {
    return SystemError(name, "cannot be given the mode of the file that it replaces");
  }
  if (fsync(fd->get()) != 0) return SystemError(name, "cannot be flushed to the disk");
  return {};
}

/// Where a text is until it has its place; none that an engine takes for a file of its own.
std::string TemporaryName(const std::string& name) {
  return fmt::format(".{}.headroom-{}", name, getpid());
}

/// A new file of that mode whatever the mask is, flushed.
Status WriteNew(int directory, const std::string& name, std::string_view bytes, mode_t mode) {
  if (auto made = CreateFileAt(directory, name, bytes, mode, Durability::kSynced); !made) {
    return made;
  }
  if (fchmodat(directory, name.c_str(), mode, 0) != 0) {
    return SystemError(name, "cannot be given its mode");
  }
  return {};
}

bool SameTime(const timespec& left, const timespec& right) {
  return left.tv_sec == right.tv_sec && left.tv_nsec == right.tv_nsec;
}

}  // namespace

Result<OwnedFile> OwnedFile::Open(const std::string& directory, const std::string& name,
                                  std::size_t max_bytes) {
  OwnedFile file;
  file.path_ = directory + (directory.ends_with('/') ? "" : "/") + name;
  file.name_ = name;
  auto opened = OpenAt(AT_FDCWD, directory, O_RDONLY | O_DIRECTORY);
  if (!opened) return std::unexpected(opened.error());
  file.directory_ = std::move(*opened);
  // Not blocking, so that a FIFO of that name cannot stop us.
  const auto fd =
      OpenAt(file.directory_.get(), name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  if (!fd && fd.error().errno_value == ELOOP) {
    return MakeError(ErrorCode::kDenied, file.path_, "is a symbolic link");
  }
  if (!fd) return SystemError(file.path_, "cannot be opened", fd.error().errno_value);
  if (fstat(fd->get(), &file.info_) != 0) return SystemError(file.path_, "cannot be examined");
  if (auto trusted = CheckTrusted(file.info_, file.path_); !trusted) {
    return std::unexpected(trusted.error());
  }
  auto text = ReadToEnd(fd->get(), file.path_, max_bytes);
  if (!text) return std::unexpected(text.error());
  file.text_ = std::move(*text);
  return file;
}

Status OwnedFile::Create(const std::string& directory, const std::string& name,
                         std::string_view text, mode_t mode) {
  const std::string path = directory + (directory.ends_with('/') ? "" : "/") + name;
  const auto dir = OpenAt(AT_FDCWD, directory, O_RDONLY | O_DIRECTORY);
  if (!dir) return std::unexpected(dir.error());
  const std::string temporary = TemporaryName(name);
  auto done = WriteNew(dir->get(), temporary, text, mode);
  if (!done && done.error().code == ErrorCode::kExists) return done;
  if (done &&
      renameat2(dir->get(), temporary.c_str(), dir->get(), name.c_str(), RENAME_NOREPLACE) != 0) {
    done = SystemError(path, "cannot be made");
  }
  if (!done) {
    (void)unlinkat(dir->get(), temporary.c_str(), 0);
    return done;
  }
  return SyncDirectory(dir->get(), path);
}

Status OwnedFile::CheckUnchanged() const {
  struct stat now{};
  if (fstatat(directory_.get(), name_.c_str(), &now, AT_SYMLINK_NOFOLLOW) != 0) {
    return SystemError(path_, "cannot be examined");
  }
  if (now.st_dev == info_.st_dev && now.st_ino == info_.st_ino &&
      SameTime(now.st_ctim, info_.st_ctim)) {
    return {};
  }
  return MakeError(ErrorCode::kGone, path_, "was changed by somebody else meanwhile");
}

Status OwnedFile::Link(const std::string& backup) const {
  if (linkat(directory_.get(), name_.c_str(), directory_.get(), backup.c_str(), 0) != 0) {
    return SystemError(path_, fmt::format("cannot be kept as {}", backup));
  }
  return {};
}

Status OwnedFile::PutInPlace(std::string_view text, const std::string* backup) const {
  const int dir = directory_.get();
  const std::string temporary = TemporaryName(name_);
  auto done = WriteCopy(dir, temporary, text, info_);
  // A temporary file that somebody else made is not ours to remove.
  if (!done && done.error().code == ErrorCode::kExists) return done;
  if (done) done = CheckUnchanged();
  if (done && backup != nullptr) done = Link(*backup);
  if (!done) {
    (void)unlinkat(dir, temporary.c_str(), 0);
    return done;
  }
  if (renameat(dir, temporary.c_str(), dir, name_.c_str()) != 0) {
    done = SystemError(path_, "cannot be replaced");
    (void)unlinkat(dir, temporary.c_str(), 0);
    if (backup != nullptr) (void)unlinkat(dir, backup->c_str(), 0);
    return done;
  }
  return SyncDirectory(dir, path_);
}

Status OwnedFile::Replace(std::string_view text) const { return PutInPlace(text, nullptr); }

Status OwnedFile::ReplaceKeeping(std::string_view text, const std::string& backup) const {
  return PutInPlace(text, &backup);
}

Status OwnedFile::ReplaceBy(const std::string& backup) const {
  const int dir = directory_.get();
  if (auto same = CheckUnchanged(); !same) return same;
  if (renameat(dir, backup.c_str(), dir, name_.c_str()) != 0) {
    return SystemError(path_, fmt::format("cannot be replaced by {}", backup));
  }
  return SyncDirectory(dir, path_);
}

Status OwnedFile::Remove() const {
  if (auto same = CheckUnchanged(); !same) return same;
  if (unlinkat(directory_.get(), name_.c_str(), 0) != 0) {
    return SystemError(path_, "cannot be removed");
  }
  return SyncDirectory(directory_.get(), path_);
}

Status OwnedFile::RenameTo(const std::string& name) const {
  const int dir = directory_.get();
  if (auto same = CheckUnchanged(); !same) return same;
  if (renameat2(dir, name_.c_str(), dir, name.c_str(), RENAME_NOREPLACE) != 0) {
    return SystemError(path_, fmt::format("cannot be renamed to {}", name));
  }
  return SyncDirectory(dir, path_);
}

}  // namespace headroom
