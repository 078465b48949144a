#include "capture/container_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"

namespace headroom {
namespace {

constexpr off_t kMostBytes = 65536;
constexpr std::size_t kMostLines = 200;

Status CheckFile(const struct stat& info, const std::string& path, uid_t owner) {
  if (!S_ISREG(info.st_mode)) return MakeError(ErrorCode::kDenied, path, "is no regular file");
  if (info.st_uid != owner) return MakeError(ErrorCode::kDenied, path, "is somebody else's file");
  if (info.st_nlink != 1) return MakeError(ErrorCode::kDenied, path, "has several names, or none");
  return {};
}

/// What stands there, up to the end that the file has by then.
Result<std::string> ReadFrom(int fd, const std::string& path, off_t at) {
  std::string text(static_cast<std::size_t>(kMostBytes), '\0');
  std::size_t filled = 0;
  while (filled < text.size()) {
    const ssize_t got =
        pread(fd, text.data() + filled, text.size() - filled, at + static_cast<off_t>(filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemError(path, "cannot be read");
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  text.resize(filled);
  return text;
}

/// The end of a file, without the line that it begins in the middle of.
Result<std::string> ReadEnd(const std::string& path, uid_t owner) {
  const auto fd = OpenAt(AT_FDCWD, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  if (!fd && fd.error().errno_value == ELOOP) {
    return MakeError(ErrorCode::kDenied, path, "is a symbolic link");
  }
  if (!fd) return std::unexpected(fd.error());
  struct stat info{};
  if (fstat(fd->get(), &info) != 0) return SystemError(path, "cannot be looked at");
  if (const Status fine = CheckFile(info, path, owner); !fine) return std::unexpected(fine.error());
  const off_t at = info.st_size > kMostBytes ? info.st_size - kMostBytes : 0;
  auto text = ReadFrom(fd->get(), path, at);
  if (text && at > 0)
    text->erase(0, text->find('\n') == std::string::npos ? text->size() : text->find('\n') + 1);
  return text;
}

std::size_t LinesIn(const std::string& text) {
  std::size_t lines = 0;
  for (const char c : text) lines += c == '\n' ? 1U : 0U;
  return lines;
}

}  // namespace

Result<std::vector<ContainerLine>> ReadContainerLog(const std::string& path,
                                                    ContainerLogFormat format, uid_t owner) {
  auto text = ReadEnd(path, owner);
  if (!text) return std::unexpected(text.error());
  if (LinesIn(*text) < kMostLines) {
    const auto rotated = ReadEnd(path + ".1", owner);
    if (rotated) text->insert(0, *rotated);
  }
  return LastLines(*text, format, kMostLines);
}

}  // namespace headroom
