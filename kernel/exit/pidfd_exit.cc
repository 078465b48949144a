#include "kernel/exit/pidfd_exit.h"

#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "kernel/proc/process.h"

namespace headroom {
namespace {

/// struct pidfd_info of Linux 6.15 (include/uapi/linux/pidfd.h), which the headers here may lack.
/// The size is part of the request's number; kernels fill in as much as both sides know.
struct PidfdInfo {
  std::uint64_t mask = 0;
  std::uint64_t cgroup_id = 0;
  std::uint32_t pid = 0;
  std::uint32_t tgid = 0;
  std::uint32_t parent = 0;
  std::uint32_t ids[8] = {};  // NOLINT(modernize-avoid-c-arrays): the kernel's layout
  std::int32_t exit_code = 0;
};
static_assert(sizeof(PidfdInfo) == 64);

constexpr std::uint64_t kInfoExit = std::uint64_t{1} << 3U;
constexpr unsigned long kGetInfo = _IOWR(0xFF, 11, PidfdInfo);

}  // namespace

unsigned long PidfdGetInfoRequest() { return kGetInfo; }

std::optional<ExitStatus> ReadPidfdExit(int pidfd) {
  PidfdInfo info;
  info.mask = kInfoExit;
  if (ioctl(pidfd, kGetInfo, &info) != 0) return std::nullopt;
  // A kernel that does not know the request answers others of the mask.
  if ((info.mask & kInfoExit) == 0) return std::nullopt;
  return ParseWaitStatus(info.exit_code);
}

bool PidfdsTellExits() {
  constexpr int kCode = 42;
  const pid_t child = fork();
  if (child < 0) return false;
  if (child == 0) _exit(kCode);
  const auto pidfd = OpenPidfd(child);  // a zombie has one as well
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return pidfd && ReadPidfdExit(pidfd->get()) == ParseWaitStatus(kCode << 8U);
}

}  // namespace headroom
