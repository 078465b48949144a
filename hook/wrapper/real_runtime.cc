#include "hook/wrapper/real_runtime.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/file.h"

namespace headroom {
namespace {

/// Whether two files of the same size hold the same bytes.
bool SameBytes(const std::string& left, const std::string& right) {
  const auto left_fd = OpenAt(AT_FDCWD, left, O_RDONLY | O_NONBLOCK);
  const auto right_fd = OpenAt(AT_FDCWD, right, O_RDONLY | O_NONBLOCK);
  if (!left_fd || !right_fd) return false;
  constexpr std::size_t kChunk = std::size_t{64} << 10U;
  std::vector<char> left_bytes(kChunk);
  std::vector<char> right_bytes(kChunk);
  for (;;) {
    const ssize_t got = read(left_fd->get(), left_bytes.data(), kChunk);
    if (got != read(right_fd->get(), right_bytes.data(), kChunk) || got < 0) return false;
    if (got == 0) return true;
    const auto size = static_cast<std::ptrdiff_t>(got);
    if (!std::equal(left_bytes.begin(), left_bytes.begin() + size, right_bytes.begin())) {
      return false;
    }
  }
}

bool IsItself(const std::string& path, const struct stat& info, const std::string& self) {
  struct stat own{};
  if (stat(self.c_str(), &own) != 0) return false;
  if (own.st_dev == info.st_dev && own.st_ino == info.st_ino) return true;
  return own.st_size == info.st_size && SameBytes(path, self);
}

Status CheckRuntime(const std::string& path, const std::string& self) {
  if (!path.starts_with('/')) {
    return MakeError(ErrorCode::kDenied, path, "is no absolute path, as --headroom-runtime needs");
  }
  struct stat info{};
  if (stat(path.c_str(), &info) != 0) return SystemError(path, "cannot be examined");
  if (!S_ISREG(info.st_mode) || access(path.c_str(), X_OK) != 0) {
    return MakeError(ErrorCode::kDenied, path, "is no executable file");
  }
  if (IsItself(path, info, self)) {
    return MakeError(ErrorCode::kDenied, path,
                     "is headroom-runtime itself; name runc or crun with --headroom-runtime");
  }
  return {};
}

}  // namespace

std::span<const std::string> UsualRuntimes() {
  static const std::array<std::string, 6> paths = {"/usr/sbin/runc",       "/usr/bin/runc",
                                                   "/usr/local/sbin/runc", "/usr/local/bin/runc",
                                                   "/usr/bin/crun",        "/usr/local/bin/crun"};
  return paths;
}

Result<std::string> FindRuntime(const std::string& given, std::span<const std::string> usual,
                                const std::string& self) {
  if (!given.empty()) {
    if (auto usable = CheckRuntime(given, self); !usable) return std::unexpected(usable.error());
    return given;
  }
  for (const std::string& path : usual) {
    if (CheckRuntime(path, self)) return path;
  }
  return MakeError(ErrorCode::kNotFound, "headroom-runtime",
                   "found neither runc nor crun; name one with --headroom-runtime PATH");
}

}  // namespace headroom
