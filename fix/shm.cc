#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "base/file.h"
#include "fix/fix.h"
#include "kernel/cgroup/open_below.h"

namespace headroom {
namespace {

std::unexpected<Error> Refused(std::string_view why) {
  return MakeError(ErrorCode::kDenied, "/dev/shm", why);
}

/// Opens the directory that the judged mount covers. What lies inside the container's root is the
/// container's, so no link in it is followed.
Result<UniqueFd> OpenShm(const FixContext& context, pid_t init, const ShmFacts& shm) {
  const std::string root = fmt::format("{}/{}/root", context.host.proc, init);
  const auto root_fd = OpenAt(AT_FDCWD, root, O_RDONLY | O_DIRECTORY);
  if (!root_fd) return std::unexpected(root_fd.error());
  return OpenDirectoryBelow(root_fd->get(), shm.mount_point.substr(1));
}

Status CheckIsTheirs(const FixContext& context, int fd, const ShmFacts& shm) {
  struct stat info{};
  if (fstat(fd, &info) != 0) return SystemError("/dev/shm", "cannot be examined");
  if (info.st_dev != shm.device) return Refused("is another mount than the one judged");
  struct stat host{};
  if (stat(context.host_shm.c_str(), &host) == 0 && host.st_dev == info.st_dev) {
    return Refused("is the host's own and is never changed");
  }
  return {};
}

Result<Bytes> Resize(const FixContext& context, Bytes value, pid_t init, const ShmFacts& shm) {
  const auto fd = OpenShm(context, init, shm);
  if (!fd) return std::unexpected(fd.error());
  if (auto theirs = CheckIsTheirs(context, fd->get(), shm); !theirs) {
    return std::unexpected(theirs.error());
  }
  // By descriptor, since the name could lead elsewhere by now; hence this process's own /proc.
  const std::string path = fmt::format("/proc/self/fd/{}", fd->get());
  const auto before = context.filesystem_use(path);
  if (before && before->size <= value && before->size.value != 0) {
    return Refused(fmt::format("is already {}", ToText(before->size)));
  }
  if (auto resized = context.resize_tmpfs(fd->get(), "/dev/shm", value); !resized) {
    return std::unexpected(resized.error());
  }
  const auto after = context.filesystem_use(path);
  if (!after) return std::unexpected(after.error());
  return after->size;
}

}  // namespace

FixOutcome FixShm(const FixContext& context, Bytes value, ContainerFacts& facts) {
  if (!facts.shm || !facts.shm->mount_point.starts_with('/')) {
    return {.fixed = false, .text = "not fixed: no mount on /dev/shm was found"};
  }
  const auto now = Resize(context, value, facts.init.pid, *facts.shm);
  if (!now) return {.fixed = false, .text = "not fixed: " + now.error().Message()};
  facts.shm->size = Limit(*now);
  if (*now != value) {
    return {.fixed = false,
            .text = fmt::format("not fixed: asked for {} and read back {}", ToText(value),
                                ToText(*now))};
  }
  return {.fixed = true, .text = fmt::format("fixed: /dev/shm is now {}", ToText(*now))};
}

}  // namespace headroom
