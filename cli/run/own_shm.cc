#include "cli/run/own_shm.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

namespace headroom {
namespace {

/// errno; 0 when all of it was written. A file that is not there (setgroups, before Linux 3.19) is
/// as good.
int WriteTo(const char* path, std::string_view text) {
  const int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return errno == ENOENT ? 0 : errno;
  const ssize_t wrote = write(fd, text.data(), text.size());
  const int failed = wrote == static_cast<ssize_t>(text.size()) ? 0 : errno;
  (void)close(fd);
  return failed;
}

}  // namespace

OwnShm::OwnShm(Bytes size, uid_t uid, gid_t gid)
    : user_namespace_(uid != 0),
      options_(fmt::format("mode=1777,size={}", size.value)),
      uid_map_(fmt::format("{0} {0} 1", uid)),
      gid_map_(fmt::format("{0} {0} 1", gid)) {}

/// user_namespaces(7): an ordinary user maps one group only after setgroups(2) was given up.
OwnShm::Failure OwnShm::MapIds() const {
  int failed = WriteTo("/proc/self/setgroups", "deny");
  if (failed == 0) failed = WriteTo("/proc/self/uid_map", uid_map_);
  if (failed == 0) failed = WriteTo("/proc/self/gid_map", gid_map_);
  if (failed != 0) return {.step = "its user cannot be mapped", .errno_value = failed};
  return {};
}

OwnShm::Failure OwnShm::Mount() const {
  if (unshare(CLONE_NEWNS | (user_namespace_ ? CLONE_NEWUSER : 0)) != 0) {
    return {.step = "a mount namespace cannot be had", .errno_value = errno};
  }
  if (user_namespace_) {
    if (const Failure failure = MapIds(); failure.errno_value != 0) return failure;
  }
  // What is mounted elsewhere later still arrives here; what is mounted here stays here.
  if (mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0) {
    return {.step = "its mounts cannot be set apart", .errno_value = errno};
  }
  if (mount("shm", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, options_.c_str()) != 0) {
    return {.step = "a tmpfs cannot be mounted", .errno_value = errno};
  }
  return {};
}

}  // namespace headroom
