#include "evidence/summaries.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>  // renameat
#include <optional>

#include "base/file.h"
#include "base/text.h"
#include "evidence/bundle_name.h"

namespace headroom {
namespace {

constexpr std::size_t kMaxSummaryBytes = std::size_t{4} << 20U;
constexpr mode_t kFileMode = 0640;
constexpr mode_t kFolderMode = 0750;
constexpr std::string_view kSuffix = ".json";

/// nullopt: not there.
Result<std::optional<UniqueFd>> OpenIfThere(const std::string& dir) {
  auto fd = OpenDirectory(AT_FDCWD, dir);
  if (fd) return std::optional(std::move(*fd));
  if (fd.error().code == ErrorCode::kNotFound) return std::nullopt;
  return std::unexpected(fd.error());
}

Status CheckOurs(int fd, const std::string& dir) {
  struct stat info{};
  if (fstat(fd, &info) != 0) return SystemError(dir, "cannot be examined");
  if (info.st_uid == geteuid() && (info.st_mode & (S_IWGRP | S_IWOTH)) == 0) return {};
  return MakeError(ErrorCode::kDenied, dir,
                   fmt::format("belongs to uid {} with mode {:o}, expected ours, and writable by "
                               "nobody else",
                               info.st_uid, info.st_mode & 07777U));
}

/// The folder of one container. Its group is that of the directory above; the bit that hands it on
/// is lost by the change of mode where we are not of that group, so files are made above.
Result<UniqueFd> OpenFolder(int root, const std::string& name) {
  const bool made = mkdirat(root, name.c_str(), kFolderMode) == 0;
  if (!made && errno != EEXIST) return SystemError(name, "cannot be made");
  auto folder = OpenDirectory(root, name);
  if (!folder) return folder;
  // Past the umask, which takes all of the group's bits away.
  if (made && fchmod(folder->get(), kFolderMode) != 0) {
    return SystemError(name, "cannot be opened for its group");
  }
  return folder;
}

Status WriteFile(int root, const std::string& name, std::string_view text) {
  const auto fd = OpenAt(root, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
  if (!fd) return std::unexpected(fd.error());
  if (auto written = WriteAll(fd->get(), name, text); !written) return written;
  if (fchmod(fd->get(), kFileMode) != 0) return SystemError(name, "cannot be opened for its group");
  return {};
}

/// What a summary is called until it is whole.
std::string WorkFile(const std::string& bundle_name) {
  return fmt::format(".{}-{}", getpid(), bundle_name);
}

/// The inverse.
bool IsWorkFile(std::string_view name) {
  const std::size_t dash = name.find('-');
  return name.starts_with('.') && dash != std::string_view::npos &&
         ParseUint64(name.substr(1, dash - 1)) && ParseBundleName(name.substr(dash + 1));
}

/// Longer ago than any writer takes.
bool IsOfAnotherTime(int root, const std::string& name, WallTime now) {
  constexpr std::chrono::minutes kLongestWrite{10};
  struct stat info{};
  if (fstatat(root, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) return false;
  const auto written =
      std::chrono::seconds(info.st_mtim.tv_sec) + std::chrono::nanoseconds(info.st_mtim.tv_nsec);
  return std::chrono::abs(now - WallTime(written)) > kLongestWrite;
}

void AddFolder(int root, const std::string& dir, const std::string& container_dir,
               std::vector<BundleEntry>& entries) {
  const std::string path = dir + "/" + container_dir;
  const auto folder = OpenDirectory(root, container_dir);
  if (!folder) return;  // a file in the making, or of somebody else
  const auto names = ListDirectory(folder->get(), path);
  for (const std::string& name : names.value_or(std::vector<std::string>{})) {
    if (!name.ends_with(kSuffix)) continue;
    auto entry = ParseBundleName(std::string_view(name).substr(0, name.size() - kSuffix.size()));
    if (!entry) continue;
    entry->path = fmt::format("{}/{}", path, name);
    entry->container_dir = container_dir;
    entries.push_back(*std::move(entry));
  }
}

}  // namespace

Summaries Summaries::Beside(const std::string& store_dir) {
  return Summaries(store_dir.substr(0, store_dir.rfind('/')) + "/summaries");
}

Status Summaries::Write(const std::string& container_dir, const std::string& bundle_name,
                        std::string_view text) const {
  if (text.empty()) return {};
  const auto root = OpenIfThere(dir_);
  if (!root) return std::unexpected(root.error());
  if (!*root) return {};
  const int root_fd = (*root)->get();
  if (auto ours = CheckOurs(root_fd, dir_); !ours) return ours;
  const auto folder = OpenFolder(root_fd, container_dir);
  if (!folder) return std::unexpected(folder.error());
  const std::string work = WorkFile(bundle_name);
  auto written = WriteFile(root_fd, work, text);
  const std::string name = bundle_name + std::string(kSuffix);
  if (written && renameat(root_fd, work.c_str(), folder->get(), name.c_str()) != 0) {
    written = SystemError(name, "cannot be put in place");
  }
  if (!written) (void)unlinkat(root_fd, work.c_str(), 0);
  return written;
}

Status Summaries::Remove(const std::string& container_dir, const std::string& bundle_name) const {
  const auto root = OpenIfThere(dir_);
  if (!root) return std::unexpected(root.error());
  if (!*root) return {};
  const auto folder = OpenDirectory((*root)->get(), container_dir);
  if (!folder) return {};
  const std::string name = bundle_name + std::string(kSuffix);
  if (unlinkat(folder->get(), name.c_str(), 0) != 0 && errno != ENOENT) {
    return SystemError(fmt::format("{}/{}/{}", dir_, container_dir, name), "cannot be removed");
  }
  (void)unlinkat((*root)->get(), container_dir.c_str(), AT_REMOVEDIR);  // unless there are others
  return {};
}

Status Summaries::RemoveLeftovers(WallTime now) const {
  const auto root = OpenIfThere(dir_);
  if (!root) return std::unexpected(root.error());
  if (!*root) return {};
  const int root_fd = (*root)->get();
  const auto names = ListDirectory(root_fd, dir_);
  if (!names) return std::unexpected(names.error());
  Status status;
  for (const std::string& name : *names) {
    if (!IsWorkFile(name) || !IsOfAnotherTime(root_fd, name, now)) continue;
    if (unlinkat(root_fd, name.c_str(), 0) != 0 && errno != ENOENT) {
      status = SystemError(dir_ + "/" + name, "cannot be removed");
    }
  }
  return status;
}

Result<std::vector<BundleEntry>> Summaries::List() const {
  const auto root = OpenIfThere(dir_);
  if (!root) return std::unexpected(root.error());
  std::vector<BundleEntry> entries;
  if (!*root) return entries;
  const auto names = ListDirectory((*root)->get(), dir_);
  if (!names) return std::unexpected(names.error());
  for (const std::string& name : *names) AddFolder((*root)->get(), dir_, name, entries);
  SortNewestFirst(entries);
  return entries;
}

Result<std::string> Summaries::Read(const BundleEntry& entry) {
  return ReadFileAt(AT_FDCWD, entry.path, kMaxSummaryBytes);
}

}  // namespace headroom
