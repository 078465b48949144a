#include "base/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>

namespace headroom {
namespace {

constexpr std::size_t kReadChunk = 16384;

/// When a file has been read whole.
enum class End {
  kEmptyRead,  ///< a read gave nothing
  kShortRead,  ///< a read gave less than it could have
};

template <typename Read>
Result<std::string> ReadWith(std::string_view name, std::size_t max_bytes, Read read_some,
                             End end = End::kEmptyRead) {
  std::string bytes;
  // Not initialised: most files are some bytes long, and zeroing this twice a file was 40 % of all
  // that the hook did.
  std::array<char, kReadChunk> chunk;
  for (;;) {
    const std::size_t want = std::min(chunk.size(), max_bytes + 1 - bytes.size());
    const ssize_t got = read_some(chunk.data(), want, bytes.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemError(name, "cannot be read");
    if (got == 0) return bytes;
    bytes.append(chunk.data(), static_cast<std::size_t>(got));
    if (bytes.size() > max_bytes) {
      return MakeError(ErrorCode::kTooLarge, name,
                       fmt::format("is larger than the {} bytes that are read of it", max_bytes));
    }
    if (end == End::kShortRead && static_cast<std::size_t>(got) < want) return bytes;
  }
}

/// A temporary name beside `name` that no other thread or process of ours uses at the same time.
std::string TemporaryNameFor(const std::string& name) {
  static std::atomic<unsigned> counter{0};
  const std::size_t slash = name.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : name.substr(0, slash + 1);
  const std::string leaf = slash == std::string::npos ? name : name.substr(slash + 1);
  return fmt::format("{}.{}.tmp-{}-{}", folder, leaf, getpid(), counter.fetch_add(1));
}

Status RemoveDirectoryContents(int dir_fd, const std::string& name, dev_t device, int depth);

Status RemoveEntry(int dir_fd, const std::string& name, dev_t device, int depth) {
  constexpr int kMaxDepth = 32;  // our own trees are four deep; deeper is not ours to remove
  if (unlinkat(dir_fd, name.c_str(), 0) == 0 || errno == ENOENT) return {};
  if (errno != EISDIR && errno != EPERM) return SystemError(name, "cannot be removed");
  if (depth > kMaxDepth) return MakeError(ErrorCode::kTooLarge, name, "is nested too deep");
  if (auto emptied = RemoveDirectoryContents(dir_fd, name, device, depth + 1); !emptied) {
    return emptied;
  }
  if (unlinkat(dir_fd, name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT) {
    return SystemError(name, "cannot be removed");
  }
  return {};
}

Status RemoveDirectoryContents(int dir_fd, const std::string& name, dev_t device, int depth) {
  auto directory = OpenDirectory(dir_fd, name);
  if (!directory) return std::unexpected(directory.error());
  struct stat info{};
  if (fstat(directory->get(), &info) != 0) return SystemError(name, "cannot be examined");
  if (device != 0 && info.st_dev != device) {
    return MakeError(ErrorCode::kDenied, name, "is on another file system and was left alone");
  }
  auto entries = ListDirectory(directory->get(), name);
  if (!entries) return std::unexpected(entries.error());
  for (const std::string& entry : *entries) {
    if (auto removed = RemoveEntry(directory->get(), entry, info.st_dev, depth); !removed) {
      return removed;
    }
  }
  return {};
}

}  // namespace

Result<UniqueFd> OpenAt(int dir_fd, const std::string& path, int flags, mode_t mode) {
  for (;;) {
    const int fd = openat(dir_fd, path.c_str(), flags | O_CLOEXEC, mode);
    if (fd >= 0) return UniqueFd(fd);
    if (errno != EINTR) return SystemError(path, "cannot be opened");
  }
}

Result<UniqueFd> OpenDirectory(int dir_fd, const std::string& path) {
  return OpenAt(dir_fd, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
}

Result<std::string> ReadFileAt(int dir_fd, const std::string& path, std::size_t max_bytes) {
  auto fd = OpenAt(dir_fd, path, O_RDONLY | O_NOCTTY);
  if (!fd) return std::unexpected(fd.error());
  return ReadToEnd(fd->get(), path, max_bytes);
}

Result<std::string> ReadValueAt(int dir_fd, const std::string& path, std::size_t max_bytes) {
  auto fd = OpenAt(dir_fd, path, O_RDONLY | O_NOCTTY);
  if (!fd) return std::unexpected(fd.error());
  return ReadRegularFile(fd->get(), path, max_bytes);
}

Result<std::string> ReadRegularFile(int fd, std::string_view name, std::size_t max_bytes) {
  return ReadWith(
      name, max_bytes,
      [fd](char* to, std::size_t size, std::size_t /*offset*/) { return read(fd, to, size); },
      End::kShortRead);
}

Result<std::string> ReadOpenFile(int fd, std::string_view name, std::size_t max_bytes) {
  return ReadWith(name, max_bytes, [fd](char* to, std::size_t size, std::size_t offset) {
    return pread(fd, to, size, static_cast<off_t>(offset));
  });
}

Result<std::string> ReadToEnd(int fd, std::string_view name, std::size_t max_bytes) {
  return ReadWith(name, max_bytes, [fd](char* to, std::size_t size, std::size_t /*offset*/) {
    return read(fd, to, size);
  });
}

Status WriteKernelFile(int dir_fd, const std::string& path, std::string_view value) {
  auto fd = OpenAt(dir_fd, path, O_WRONLY | O_NOCTTY);
  if (!fd) return std::unexpected(fd.error());
  const ssize_t wrote = write(fd->get(), value.data(), value.size());
  if (wrote != static_cast<ssize_t>(value.size())) {
    return SystemError(path, fmt::format("did not take the value '{}'", value));
  }
  return {};
}

Status WriteAll(int fd, std::string_view name, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = write(fd, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return SystemError(name, "cannot be written");
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return {};
}

Status CreateFileAt(int dir_fd, const std::string& name, std::string_view bytes, mode_t mode,
                    Durability durability) {
  auto fd = OpenAt(dir_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
  if (!fd) return std::unexpected(fd.error());
  if (auto wrote = WriteAll(fd->get(), name, bytes); !wrote) return wrote;
  if (durability == Durability::kSynced && fsync(fd->get()) != 0) {
    return SystemError(name, "cannot be flushed to the disk");
  }
  return {};
}

Status ReplaceFileAt(int dir_fd, const std::string& name, std::string_view bytes, mode_t mode,
                     Durability durability) {
  const std::string temporary = TemporaryNameFor(name);
  auto created = CreateFileAt(dir_fd, temporary, bytes, mode, durability);
  if (created && renameat(dir_fd, temporary.c_str(), dir_fd, name.c_str()) != 0) {
    created = SystemError(name, "cannot be put in place");
  }
  if (!created) (void)unlinkat(dir_fd, temporary.c_str(), 0);
  return created;
}

Status MakeDirectories(const std::string& path, mode_t mode) {
  if (mkdir(path.c_str(), mode) == 0 || errno == EEXIST) return {};
  if (errno != ENOENT) return SystemError(path, "cannot be made");
  const std::size_t slash = path.find_last_of('/');
  if (slash == std::string::npos || slash == 0) return SystemError(path, "cannot be made");
  if (auto above = MakeDirectories(path.substr(0, slash), mode); !above) return above;
  if (mkdir(path.c_str(), mode) == 0 || errno == EEXIST) return {};
  return SystemError(path, "cannot be made");
}

Status SyncDirectory(int dir_fd, std::string_view name) {
  if (fsync(dir_fd) != 0) return SystemError(name, "cannot be flushed to the disk");
  return {};
}

Result<std::vector<std::string>> ListDirectory(int dir_fd, std::string_view name) {
  // A descriptor of its own: readdir moves the offset, and fdopendir takes ownership.
  auto own = OpenAt(dir_fd, ".", O_RDONLY | O_DIRECTORY);
  if (!own) return std::unexpected(own.error());
  struct CloseDir {
    void operator()(DIR* dir) const { (void)closedir(dir); }
  };
  const std::unique_ptr<DIR, CloseDir> dir(fdopendir(own->get()));
  if (!dir) return SystemError(name, "cannot be listed");
  (void)own->Release();  // `dir` owns it from here on
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = readdir(dir.get())) {
    const std::string_view leaf = entry->d_name;
    if (leaf != "." && leaf != "..") names.emplace_back(leaf);
    errno = 0;
  }
  if (errno != 0) return SystemError(name, "cannot be listed");
  std::sort(names.begin(), names.end());
  return names;
}

Status RemoveTreeAt(int dir_fd, const std::string& name) { return RemoveEntry(dir_fd, name, 0, 0); }

}  // namespace headroom
