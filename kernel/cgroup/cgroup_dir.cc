#include "kernel/cgroup/cgroup_dir.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "kernel/cgroup/open_below.h"

namespace headroom {
namespace {

/// cgroup.procs of a cgroup with a million processes fits; memory.stat is a few KiB.
constexpr std::size_t kMaxFileBytes = std::size_t{16} << 20U;

/// Absolute and without empty components; kMalformed for what no cgroup path can be.
Result<std::string> Canonical(const std::string& path) {
  if (path.empty() || path.front() != '/' || path.find('\0') != std::string::npos) {
    return Malformed(EscapedForPeople(path), "is no cgroup path; one that begins with '/' is");
  }
  std::string canonical;
  for (const std::string_view component : Split(path, '/')) {
    if (component.empty() || component == ".") continue;
    if (component == "..") {
      // The kernel prints these for a cgroup outside of the reader's cgroup namespace.
      return Malformed(EscapedForPeople(path), "leads out of the visible cgroup tree ('..')");
    }
    canonical += '/';
    canonical += component;
  }
  return canonical.empty() ? "/" : canonical;
}

/// One of the cgroup's own files: a name, never a way to another cgroup.
Status CheckFileName(const std::string& cgroup, const std::string& file) {
  if (file.empty() || file == "." || file == ".." || file.find('/') != std::string::npos ||
      file.find('\0') != std::string::npos) {
    return Malformed(EscapedForPeople(cgroup), "was asked for a file that is not a plain name: '" +
                                                   EscapedForPeople(file) + "'");
  }
  return {};
}

bool IsDirectory(int dir_fd, const std::string& name) {
  struct stat info{};
  return fstatat(dir_fd, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(info.st_mode);
}

/// By the directory's link count, which says so without a list of its dozens of files.
bool HasNoDirectories(int dir_fd) {
  constexpr nlink_t kItselfAlone = 2;
  struct stat info{};
  return fstat(dir_fd, &info) == 0 && info.st_nlink == kItselfAlone;
}

bool IsEmpty(int dir_fd) {
  const auto any = ListSome(dir_fd, "", 1);
  return any && any->names.empty();
}

bool HoldsWord(std::string_view text, std::string_view word, char separator) {
  for (const std::string_view piece : Split(Trimmed(text), separator)) {
    if (piece == word) return true;
  }
  return false;
}

/// A line of /proc/mounts that mounts a v1 hierarchy with the memory controller.
bool MountsMemoryV1(std::string_view mounts) {
  while (const auto line = TakeLine(mounts)) {
    const auto fields = Split(*line, ' ');
    if (fields.size() >= 4 && fields[2] == "cgroup" && HoldsWord(fields[3], "memory", ',')) {
      return true;
    }
  }
  return false;
}

}  // namespace

CgroupDir::CgroupDir(std::string path, std::uint64_t inode, UniqueFd fd)
    : path_(std::move(path)), inode_(inode), fd_(std::move(fd)) {}

Result<CgroupDir> CgroupDir::Open(const HostView& host, const std::string& path) {
  auto canonical = Canonical(path);
  if (!canonical) return std::unexpected(canonical.error());
  auto root = OpenAt(AT_FDCWD, host.cgroup_root, O_RDONLY | O_DIRECTORY);
  if (!root) return std::unexpected(root.error());
  auto fd = OpenDirectoryBelow(root->get(), canonical->substr(1));
  if (!fd) {
    Error error = fd.error();
    error.where = host.cgroup_root + EscapedForPeople(*canonical);
    return std::unexpected(error);
  }
  struct stat info{};
  if (fstat(fd->get(), &info) != 0) return SystemError(*canonical, "cannot be examined");
  return CgroupDir(*std::move(canonical), info.st_ino, *std::move(fd));
}

Result<CgroupDir> CgroupDir::Parent() const {
  if (path_ == "/") return MakeError(ErrorCode::kNotFound, path_, "has no cgroup above it");
  auto fd = OpenAt(fd_.get(), "..", O_RDONLY | O_DIRECTORY);
  if (!fd) return std::unexpected(Refine(fd.error()));
  struct stat info{};
  std::string path = path_.substr(0, path_.rfind('/'));
  if (path.empty()) path = "/";
  if (fstat(fd->get(), &info) != 0) return SystemError(path, "cannot be examined");
  return CgroupDir(std::move(path), info.st_ino, *std::move(fd));
}

Result<CgroupDir> CgroupDir::Child(const std::string& name) const {
  if (auto plain = CheckFileName(path_, name); !plain) return std::unexpected(plain.error());
  auto fd = OpenAt(fd_.get(), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  if (!fd) return std::unexpected(Refine(fd.error()));
  struct stat info{};
  std::string path = (path_ == "/" ? "" : path_) + "/" + name;
  if (fstat(fd->get(), &info) != 0) return SystemError(path, "cannot be examined");
  return CgroupDir(std::move(path), info.st_ino, *std::move(fd));
}

bool CgroupDir::IsAlive() const {
  // By name, not by st_nlink: that stays 2 after rmdir. Not by open: that can fail for want of
  // descriptors, and then a living cgroup would be taken for a removed one.
  struct stat info{};
  // The second is what every cgroup of v1 has, and none of v2.
  for (const char* file : {"cgroup.controllers", "tasks"}) {
    if (fstatat(fd_.get(), file, &info, AT_SYMLINK_NOFOLLOW) == 0) return true;
    if (errno != ENOENT && errno != ENODEV) return true;
  }
  return false;
}

Error CgroupDir::Refine(Error error) const {
  const std::string folder = path_ == "/" ? "" : EscapedForPeople(path_);
  error.where = folder + "/" + error.where;
  if (error.code == ErrorCode::kNotFound && !IsAlive()) {
    error.code = ErrorCode::kGone;
    error.what = "belongs to a cgroup that was removed";
  }
  return error;
}

Result<std::string> CgroupDir::Read(const std::string& file) const {
  auto fd = OpenFile(file, O_RDONLY);
  if (!fd) return std::unexpected(fd.error());
  auto text = ReadToEnd(fd->get(), file, kMaxFileBytes);
  if (!text) return std::unexpected(Refine(text.error()));
  return text;
}

Result<std::string> CgroupDir::ReadValue(const std::string& file) const {
  if (auto name = CheckFileName(path_, file); !name) return std::unexpected(name.error());
  auto text = ReadValueAt(fd_.get(), file, kMaxFileBytes);
  if (!text) return std::unexpected(Refine(text.error()));
  return text;
}

Result<UniqueFd> CgroupDir::OpenFile(const std::string& file, int flags) const {
  if (auto name = CheckFileName(path_, file); !name) return std::unexpected(name.error());
  auto fd = OpenAt(fd_.get(), file, flags | O_NOFOLLOW | O_NOCTTY);
  if (!fd) return std::unexpected(Refine(fd.error()));
  return fd;
}

Status CgroupDir::Write(const std::string& file, std::string_view value) const {
  auto fd = OpenFile(file, O_WRONLY);
  if (!fd) return std::unexpected(fd.error());
  // Files of cgroupfs have no size. One with a size lies in a tree that somebody built of plain
  // files, where a shorter value would leave the end of the old one behind.
  struct stat info{};
  if (fstat(fd->get(), &info) == 0 && info.st_size > 0 && ftruncate(fd->get(), 0) != 0) {
    return std::unexpected(Refine(SystemError(file, "cannot be emptied").error()));
  }
  ssize_t wrote = 0;
  do {
    wrote = write(fd->get(), value.data(), value.size());
  } while (wrote < 0 && errno == EINTR);
  if (wrote == static_cast<ssize_t>(value.size())) return {};
  const int reason = wrote < 0 ? errno : EIO;
  const std::string what = fmt::format("did not take the value '{}'", EscapedForPeople(value));
  return std::unexpected(Refine(SystemError(file, what, reason).error()));
}

Result<SomeNames> CgroupDir::Children(std::size_t most) const {
  // That of a removed one stays as it was.
  if (HasNoDirectories(fd_.get()) && IsAlive()) return SomeNames();
  auto below = ListSome(fd_.get(), "", most, Listed::kDirectories);
  if (!below) return std::unexpected(Refine(below.error()));
  // A removed cgroup can still be listed, and is empty. A living one always has files.
  if (below->names.empty() && !below->more && IsEmpty(fd_.get()) && !IsAlive()) {
    return std::unexpected(Refine(SystemError("", "cannot be listed", ENOENT).error()));
  }
  std::ranges::sort(below->names);
  return below;
}

std::vector<std::string> AncestorPaths(std::string_view path) {
  std::vector<std::string> ancestors;
  for (;;) {
    while (!path.empty() && path.back() == '/') path.remove_suffix(1);
    const std::size_t slash = path.rfind('/');
    if (slash == std::string_view::npos) return ancestors;
    path = path.substr(0, slash);
    while (!path.empty() && path.back() == '/') path.remove_suffix(1);
    if (path.empty()) return ancestors;
    ancestors.emplace_back(path);
  }
}

bool IsSameOrBelow(std::string_view path, std::string_view ancestor) {
  while (!ancestor.empty() && ancestor.back() == '/') ancestor.remove_suffix(1);
  if (!path.starts_with(ancestor)) return false;
  path.remove_prefix(ancestor.size());
  return path.empty() || path.front() == '/';
}

CgroupVersion DetectCgroupVersion(const HostView& host) {
  // Only the root of a cgroup2 mount has this file (a v1 or hybrid root is a plain tmpfs), so it
  // says what the magic number of the file system would say, and can be had in a test tree too.
  const auto controllers =
      ReadFileAt(AT_FDCWD, host.cgroup_root + "/cgroup.controllers", kMaxFileBytes);
  if (controllers && HoldsWord(*controllers, "memory", ' ')) return CgroupVersion::kV2;
  const auto mounts = ReadFileAt(AT_FDCWD, host.proc + "/mounts", kMaxFileBytes);
  if (mounts && MountsMemoryV1(*mounts)) return CgroupVersion::kV1;
  // Below a v2 root "memory" is just somebody's cgroup.
  if (!controllers && IsDirectory(AT_FDCWD, host.cgroup_root + "/memory")) {
    return CgroupVersion::kV1;
  }
  return CgroupVersion::kMissing;
}

Result<std::vector<int>> ParseCgroupProcs(std::string_view text) {
  std::vector<int> pids;
  for (std::size_t number = 1; const auto line = TakeLine(text); ++number) {
    const auto pid = ParseUint64(*line);
    if (!pid || *pid > INT_MAX) {
      return Malformed(fmt::format("cgroup.procs:{}", number),
                       "'" + EscapedForPeople(*line) + "' is no process number");
    }
    // 0 stands for a process of a pid namespace that is not visible from here.
    if (*pid != 0) pids.push_back(static_cast<int>(*pid));
  }
  return pids;
}

}  // namespace headroom
