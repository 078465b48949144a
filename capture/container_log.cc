#include "capture/container_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/file.h"
#include "evidence/docker_local_log.h"

namespace headroom {
namespace {

constexpr std::size_t kMostBytes = 65536;
constexpr std::size_t kBytesALine = 512;
constexpr std::size_t kMostLines = 1000;

/// The end of a file.
struct Tail {
  std::string text;
  bool cut = false;  ///< there is more before
};

/// A short log must not cost what a long one may.
std::size_t MostBytes(const WantedLines& wanted) {
  return std::max(kMostBytes, std::min(wanted.most, kMostLines) * kBytesALine);
}

Status CheckFile(const struct stat& info, const std::string& path, uid_t owner) {
  if (!S_ISREG(info.st_mode)) return MakeError(ErrorCode::kDenied, path, "is no regular file");
  if (info.st_uid != owner) return MakeError(ErrorCode::kDenied, path, "is somebody else's file");
  if (info.st_nlink != 1) return MakeError(ErrorCode::kDenied, path, "has several names, or none");
  return {};
}

/// What stands there, up to the end that the file has by then.
Result<std::string> ReadFrom(int fd, const std::string& path, off_t at, std::size_t most) {
  std::string text(most, '\0');
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

/// Of a log of lines without the one that it begins in the middle of.
Result<Tail> ReadEnd(const std::string& path, ContainerLogFormat format, uid_t owner,
                     std::size_t most) {
  const auto fd = OpenAt(AT_FDCWD, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  if (!fd && fd.error().errno_value == ELOOP) {
    return MakeError(ErrorCode::kDenied, path, "is a symbolic link");
  }
  if (!fd) return std::unexpected(fd.error());
  struct stat info{};
  if (fstat(fd->get(), &info) != 0) return SystemError(path, "cannot be looked at");
  if (const Status fine = CheckFile(info, path, owner); !fine) return std::unexpected(fine.error());
  const auto bytes = static_cast<off_t>(most);
  const off_t at = info.st_size > bytes ? info.st_size - bytes : 0;
  auto text = ReadFrom(fd->get(), path, at, most);
  if (!text) return std::unexpected(text.error());
  if (at > 0 && format != ContainerLogFormat::kDockerLocal) {
    const std::size_t end = text->find('\n');
    text->erase(0, end == std::string::npos ? end : end + 1);
  }
  return Tail{.text = *std::move(text), .cut = at > 0};
}

std::size_t RecordsIn(const std::string& text, ContainerLogFormat format) {
  if (format == ContainerLogFormat::kDockerLocal) return ParseDockerLocalLog(text).size();
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

}  // namespace

Result<ContainerLog> ReadContainerLog(const std::string& path, ContainerLogFormat format,
                                      uid_t owner, const WantedLines& wanted) {
  const std::size_t most = MostBytes(wanted);
  auto tail = ReadEnd(path, format, owner, most);
  if (!tail) return std::unexpected(tail.error());
  if (!tail->cut && RecordsIn(tail->text, format) < wanted.most) {
    const auto rotated = ReadEnd(path + ".1", format, owner, most);
    if (rotated) {
      tail->text.insert(0, rotated->text);
      tail->cut = rotated->cut;
    }
  }
  return ContainerLog{.lines = LastLines(tail->text, format, wanted), .cut = tail->cut};
}

}  // namespace headroom
