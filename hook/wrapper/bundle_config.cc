#include "hook/wrapper/bundle_config.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "base/file.h"
#include "container/oci_config.h"

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
    return SystemError(name, "cannot be given the owner of config.json");
  }
  if (fchmod(fd->get(), like.st_mode & kModeBits) != 0) {
    return SystemError(name, "cannot be given the mode of config.json");
  }
  if (fsync(fd->get()) != 0) return SystemError(name, "cannot be flushed to the disk");
  return {};
}

bool SameTime(const timespec& left, const timespec& right) {
  return left.tv_sec == right.tv_sec && left.tv_nsec == right.tv_nsec;
}

}  // namespace

Result<BundleConfig> BundleConfig::Open(const std::string& directory, const std::string& name) {
  BundleConfig config;
  config.path_ = directory + "/" + name;
  config.name_ = name;
  auto opened = OpenAt(AT_FDCWD, directory, O_RDONLY | O_DIRECTORY);
  if (!opened) return std::unexpected(opened.error());
  config.directory_ = std::move(*opened);
  // Not blocking, so that a FIFO of that name cannot stop the start.
  const auto fd =
      OpenAt(config.directory_.get(), name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  if (!fd && fd.error().errno_value == ELOOP) {
    return MakeError(ErrorCode::kDenied, config.path_, "is a symbolic link");
  }
  if (!fd) return std::unexpected(fd.error());
  if (fstat(fd->get(), &config.info_) != 0) return SystemError(config.path_, "cannot be examined");
  if (auto trusted = CheckTrusted(config.info_, config.path_); !trusted) {
    return std::unexpected(trusted.error());
  }
  auto text = ReadToEnd(fd->get(), config.path_, kMaxConfigBytes);
  if (!text) return std::unexpected(text.error());
  config.text_ = std::move(*text);
  return config;
}

Status BundleConfig::CheckUnchanged() const {
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

Status BundleConfig::Replace(std::string_view text) const {
  const std::string temporary = fmt::format(".{}.headroom-{}", name_, getpid());
  auto done = WriteCopy(directory_.get(), temporary, text, info_);
  if (done) done = CheckUnchanged();
  if (done && renameat(directory_.get(), temporary.c_str(), directory_.get(), name_.c_str()) != 0) {
    done = SystemError(path_, "cannot be replaced");
  }
  if (!done) {
    // A temporary file that somebody else made is not ours to remove.
    if (done.error().code != ErrorCode::kExists) {
      (void)unlinkat(directory_.get(), temporary.c_str(), 0);
    }
    return done;
  }
  return SyncDirectory(directory_.get(), path_);
}

}  // namespace headroom
