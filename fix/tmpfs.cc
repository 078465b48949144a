#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/file.h"
#include "container/facts/shm_facts.h"
#include "fix/fix.h"
#include "kernel/cgroup/open_below.h"

namespace headroom {
namespace {

constexpr std::uint64_t kPage = 4096;  // tmpfs keeps its size in whole pages, rounded up
constexpr std::string_view kShm = "/dev/shm";

/// The mount that was judged.
struct Judged {
  std::string mount_point;
  dev_t device = 0;
  std::optional<Limit>* size = nullptr;  ///< of the facts, to be brought up to date
};

Result<Judged> FindJudged(const std::string& destination, ContainerFacts& facts) {
  Judged judged;
  if (destination == kShm && facts.shm) {
    judged = {facts.shm->mount_point, facts.shm->device, &facts.shm->size};
  }
  for (TmpfsFacts& tmpfs : facts.tmpfs) {
    if (tmpfs.destination == destination) judged = {tmpfs.mount_point, tmpfs.device, &tmpfs.size};
  }
  if (judged.mount_point.starts_with('/')) return judged;
  return MakeError(ErrorCode::kNotFound, destination, "no mount of the container's was found");
}

/// Opens the directory that the judged mount covers. What lies inside the container's root is the
/// container's, so no link in it is followed.
Result<UniqueFd> OpenMounted(const FixContext& context, pid_t init, const Judged& judged) {
  const std::string root = fmt::format("{}/{}/root", context.host.proc, init);
  const auto root_fd = OpenAt(AT_FDCWD, root, O_RDONLY | O_DIRECTORY);
  if (!root_fd) return std::unexpected(root_fd.error());
  return OpenDirectoryBelow(root_fd->get(), judged.mount_point.substr(1));
}

Status CheckIsNotHostShm(const FixContext& context, dev_t device) {
  struct stat host{};
  if (stat(context.host_shm.c_str(), &host) != 0 || host.st_dev != device) return {};
  return MakeError(ErrorCode::kDenied, kShm, "is the host's own and is never changed");
}

/// A tmpfs that the host has mounted as well is not the container's alone. Only /dev/shm may be:
/// podman mounts it there, in a folder of the container's, and binds it inside.
Status CheckIsNotMountedOutside(const FixContext& context, const std::string& destination,
                                const ContainerFacts& facts, dev_t device) {
  const auto mounts = ReadMountinfo(context.host, context.self != 0 ? context.self : getpid());
  if (!mounts) return std::unexpected(mounts.error());
  for (const Mount& mount : *mounts) {
    if (mount.device != device) continue;
    if (destination == kShm && IsMadeFor(facts.id, mount)) continue;
    return MakeError(ErrorCode::kDenied, destination,
                     fmt::format("is also mounted outside of the container, on {}, and is never "
                                 "changed",
                                 mount.mount_point));
  }
  return {};
}

Status CheckIsTheirs(const FixContext& context, const std::string& destination, int fd,
                     const Judged& judged, const ContainerFacts& facts) {
  struct stat info{};
  if (fstat(fd, &info) != 0) return SystemError(destination, "cannot be examined");
  if (info.st_dev != judged.device) {
    return MakeError(ErrorCode::kGone, destination, "is another mount than the one judged");
  }
  if (destination == kShm) {
    if (auto not_hosts = CheckIsNotHostShm(context, info.st_dev); !not_hosts) return not_hosts;
    if (facts.shm->bind_mounted) {
      return MakeError(ErrorCode::kDenied, kShm,
                       "is not the container's alone and is never changed");
    }
  }
  return CheckIsNotMountedOutside(context, destination, facts, info.st_dev);
}

/// Room that stays for a tmpfs which holds something already: a quarter of that, 64 KiB at least.
Bytes LeastSize(Bytes used) {
  if (used.value == 0) return Bytes{1};  // 0 would mean "no limit" to tmpfs
  return used + std::max(Bytes{used.value / 4}, Kibibytes(64));
}

std::string SizeText(Bytes size) {
  return ToCgroupText(size.value == 0 ? Limit::Unlimited() : Limit(size));
}

/// Whether a size is `wanted`, as tmpfs rounds it.
bool IsAsAsked(Bytes size, Bytes wanted) { return size >= wanted && size - wanted < Bytes{kPage}; }

FixOutcome Resize(const FixContext& context, const SetTmpfsSize& fix, int fd,
                  const Judged& judged) {
  FixOutcome outcome = NotFixed(fix.destination, "");
  const auto refuse = [&outcome](const std::string& reason) {
    outcome.text = "not fixed: " + reason;
    return outcome;
  };
  // By descriptor, since the name could lead elsewhere by now; hence this process's own /proc.
  const std::string path = fmt::format("/proc/self/fd/{}", fd);
  const auto before = context.filesystem_use(path);
  if (!before) return refuse(before.error().Message());
  outcome.before = outcome.after = SizeText(before->size);
  if (before->size.value != 0 &&
      (before->size <= fix.value || IsAsAsked(before->size, fix.value))) {
    outcome.result = FixOutcome::Result::kAlready;
    outcome.text = fmt::format("already: {} is {}", fix.destination, ToText(before->size));
    return outcome;
  }
  if (fix.value < LeastSize(before->used)) {
    return refuse(fmt::format("{} holds {} already, which leaves too little of the {} to be set",
                              fix.destination, ToText(before->used), ToText(fix.value)));
  }
  if (auto resized = context.resize_tmpfs(fd, fix.destination, fix.value); !resized) {
    return refuse(resized.error().Message());
  }
  const auto after = context.filesystem_use(path);
  if (!after) return refuse(after.error().Message());
  outcome.after = SizeText(after->size);
  *judged.size = after->size.value == 0 ? Limit::Unlimited() : Limit(after->size);
  if (!IsAsAsked(after->size, fix.value)) {
    return refuse(fmt::format("asked for {} and read back {}", ToText(fix.value),
                              ToText(judged.size->value())));
  }
  outcome.result = FixOutcome::Result::kFixed;
  outcome.text = fmt::format("fixed: {} is now {}", fix.destination, ToText(after->size));
  return outcome;
}

}  // namespace

FixOutcome FixTmpfs(const FixContext& context, const SetTmpfsSize& fix, ContainerFacts& facts) {
  const auto judged = FindJudged(fix.destination, facts);
  if (!judged) return NotFixed(fix.destination, judged.error().Message());
  const auto fd = OpenMounted(context, facts.init.pid, *judged);
  if (!fd) return NotFixed(fix.destination, fd.error().Message());
  if (auto theirs = CheckIsTheirs(context, fix.destination, fd->get(), *judged, facts); !theirs) {
    return NotFixed(fix.destination, theirs.error().Message());
  }
  return Resize(context, fix, fd->get(), *judged);
}

}  // namespace headroom
