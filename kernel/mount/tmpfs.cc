// fspick(2) and fsconfig(2) have no wrappers in glibc 2.35 and older, and <linux/mount.h> clashes
// with <sys/mount.h>: they are called by number, and <sys/mount.h> is not included here.
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "kernel/mount/mountinfo.h"

namespace headroom {
namespace {

/// What the kernel wrote about the failure into the context's own log: lines "e MESSAGE" (errors),
/// "w" (warnings), "i" (information), a read(2) each (Linux 5.2, fs/fsopen.c). Empty without any.
std::string KernelMessages(int context_fd) {
  constexpr int kMostMessages = 8;  // the kernel keeps as many
  std::string messages;
  for (int i = 0; i < kMostMessages; ++i) {
    std::array<char, 1024> buffer{};
    const ssize_t got = read(context_fd, buffer.data(), buffer.size());
    if (got <= 0) break;
    std::string_view line = Trimmed({buffer.data(), static_cast<std::size_t>(got)});
    if (line.size() > 2 && line[1] == ' ') line.remove_prefix(2);
    if (!messages.empty()) messages += "; ";
    messages += EscapedForPeople(line);
  }
  return messages;
}

std::unexpected<Error> Refused(int context_fd, std::string_view where, Bytes size) {
  const int reason = errno;  // before the reads of the log change it
  const std::string said = KernelMessages(context_fd);
  return SystemError(where,
                     fmt::format("the tmpfs cannot be resized to {} bytes{}{}", size.value,
                                 said.empty() ? "" : ": ", said),
                     reason);
}

Status CheckIsTmpfs(int fd, std::string_view where) {
  struct statfs info{};
  if (fstatfs(fd, &info) != 0) return SystemError(where, "cannot be examined");
  if (info.f_type == TMPFS_MAGIC) return {};
  return Malformed(where, fmt::format("lies on a file system of type {:#x}, expected a tmpfs",
                                      static_cast<unsigned long>(info.f_type)));
}

}  // namespace

Status ResizeTmpfsAt(int root_fd, std::string_view where, Bytes size) {
  if (auto tmpfs = CheckIsTmpfs(root_fd, where); !tmpfs) return tmpfs;
  const long picked = syscall(SYS_fspick, root_fd, "", FSPICK_CLOEXEC | FSPICK_EMPTY_PATH);
  if (picked < 0) return SystemError(where, "cannot be picked for a change (fspick)");
  const UniqueFd context(static_cast<int>(picked));
  const std::string value = std::to_string(size.value);
  if (syscall(SYS_fsconfig, context.get(), FSCONFIG_SET_STRING, "size", value.c_str(), 0) != 0 ||
      syscall(SYS_fsconfig, context.get(), FSCONFIG_CMD_RECONFIGURE, nullptr, nullptr, 0) != 0) {
    return Refused(context.get(), where, size);
  }
  return {};
}

Status ResizeTmpfs(const std::string& path, Bytes size) {
  const auto root = OpenAt(AT_FDCWD, path, O_PATH | O_DIRECTORY | O_NOFOLLOW);
  if (!root) return std::unexpected(root.error());
  return ResizeTmpfsAt(root->get(), path, size);
}

Result<FilesystemUse> ReadFilesystemUse(const std::string& path) {
  struct statfs info{};
  if (statfs(path.c_str(), &info) != 0) return SystemError(path, "cannot be examined (statfs)");
  const auto block = static_cast<std::uint64_t>(info.f_bsize);
  const Bytes size{static_cast<std::uint64_t>(info.f_blocks) * block};
  const Bytes free{static_cast<std::uint64_t>(info.f_bfree) * block};
  return FilesystemUse{.size = size, .used = size - free};
}

}  // namespace headroom
