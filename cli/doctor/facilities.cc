#include "cli/doctor/facilities.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "kernel/cgroup/cgroup_dir.h"

namespace headroom {
namespace {

constexpr std::size_t kMostBytes = 4096;

bool IsThere(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

HostFinding LookAtCgroup(const HostView& host) {
  HostFinding finding{
      .topic = "cgroup", .health = Health::kLack, .found = {}, .consequence = {}, .cure = {}};
  switch (DetectCgroupVersion(host)) {
    case CgroupVersion::kV2:
      finding.health = Health::kGood;
      finding.found = "version 2, with the memory controller";
      return finding;
    case CgroupVersion::kV1:
      finding.found = "version 1";
      finding.consequence =
          "there is no memory.high, so nothing is held: a container is photographed as its usage "
          "crosses 90, 95 and 98 % of its limit, and one that fills up faster is not";
      finding.cure = "Boot with systemd.unified_cgroup_hierarchy=1.";
      return finding;
    case CgroupVersion::kMissing:
      break;
  }
  finding.found = "no memory controller";
  finding.consequence = "no container can have a limit, and none is watched";
  finding.cure = "Boot without cgroup_disable=memory, with cgroup v2 mounted on /sys/fs/cgroup.";
  return finding;
}

/// "6.1.0-44-amd64" -> 6, 1.
struct KernelVersion {
  std::uint64_t major = 0;
  std::uint64_t minor = 0;
  auto operator<=>(const KernelVersion&) const = default;
};
std::optional<KernelVersion> ParseRelease(std::string_view release) {
  const auto parts = Split(release, '.');
  if (parts.size() < 2) return std::nullopt;
  const std::string_view minor = parts[1].substr(0, parts[1].find_first_not_of("0123456789"));
  const auto major_number = ParseUint64(parts[0]);
  const auto minor_number = ParseUint64(minor);
  if (!major_number || !minor_number) return std::nullopt;
  return KernelVersion{*major_number, *minor_number};
}

/// Whether cgroups have memory.events.local, as one below the root tells, which has no such files
/// itself. nullopt: no cgroup below it has the memory controller.
std::optional<bool> HasLocalEvents(const HostView& host) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(host.cgroup_root, error)) {
    const std::string folder = entry.path().string();
    if (IsThere(folder + "/memory.events")) return IsThere(folder + "/memory.events.local");
  }
  return std::nullopt;
}

HostFinding LookAtKernel(const HostView& host) {
  constexpr KernelVersion kLocalEvents{5, 2};
  const auto text = ReadFileAt(AT_FDCWD, host.proc + "/sys/kernel/osrelease", kMostBytes);
  HostFinding finding{.topic = "kernel",
                      .health = Health::kUnknown,
                      .found = "its version is not known",
                      .consequence = {},
                      .cure = {}};
  if (!text) return finding;
  finding.found = "Linux " + EscapedForPeople(Trimmed(*text));
  const auto version = ParseRelease(Trimmed(*text));
  const bool new_enough = !version || *version >= kLocalEvents;
  if (HasLocalEvents(host).value_or(new_enough)) {
    finding.health = Health::kGood;
    return finding;
  }
  finding.health = Health::kLack;
  finding.consequence =
      "there is no memory.events.local, so a container's own limit and one within it are not told "
      "apart";
  finding.cure = "Linux 5.2 or later has it.";
  return finding;
}

/// A system call that was tried: `error` is its errno, 0 where it can be called.
HostFinding JudgeCall(const char* topic, int error, const char* consequence, const char* since) {
  HostFinding finding{.topic = topic,
                      .health = Health::kGood,
                      .found = "can be called",
                      .consequence = {},
                      .cure = {}};
  if (error == 0) return finding;
  finding.health = Health::kLack;
  finding.found = fmt::format("cannot be called: {}", std::generic_category().message(error));
  finding.consequence = consequence;
  finding.cure = fmt::format("{} or later has it, unless a seccomp filter refuses it.", since);
  return finding;
}

HostFinding JudgeOpenat2(int error) {
  return JudgeCall("openat2", error,
                   "the files on /dev/shm and other tmpfs of a container are not looked at, so a "
                   "verdict does not name the ones that fill its memory",
                   "Linux 5.6");
}

HostFinding JudgePidfdOpen(int error) {
  return JudgeCall(
      "pidfd_open", error,
      "the end of a container is seen by its cgroup alone, and how it ended is told by "
      "the process connector or not at all",
      "Linux 5.3");
}

HostFinding LookAtPressure(const HostView& host) {
  const std::string path = host.proc + "/pressure/memory";
  if (const auto text = ReadFileAt(AT_FDCWD, path, kMostBytes)) {
    return {.topic = "pressure (PSI)",
            .health = Health::kGood,
            .found = "on",
            .consequence = {},
            .cure = {}};
  }
  return {.topic = "pressure (PSI)",
          .health = Health::kLack,
          .found = "off",
          .consequence =
              "a verdict cannot say how long processes waited for memory, and thrashing "
              "is told less surely",
          .cure = "Boot with psi=1; a kernel built without CONFIG_PSI cannot."};
}

HostFinding LookAtKernelLog(const HostPlaces& places) {
  const auto fd = OpenAt(AT_FDCWD, places.kmsg, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (fd) {
    return {.topic = "kernel's log",
            .health = Health::kGood,
            .found = places.kmsg + " can be read",
            .consequence = {},
            .cure = {}};
  }
  const bool denied = fd.error().code == ErrorCode::kDenied;
  return {.topic = "kernel's log",
          .health = denied ? Health::kUnknown : Health::kLack,
          .found = EscapedForPeople(fd.error().Message()),
          .consequence =
              "without it a verdict does not know whom the kernel chose, nor what it said "
              "of the others",
          .cure = denied ? "Only root may read it here; headroomd does."
                         : "In a container: give it the host's /dev/kmsg."};
}

HostFinding LookAtTracing(const HostPlaces& places) {
  for (const std::string& path : {places.tracefs, places.older_tracefs}) {
    if (IsThere(path + "/instances")) {
      return {.topic = "tracing",
              .health = Health::kGood,
              .found = path,
              .consequence = {},
              .cure = {}};
    }
  }
  const bool hidden = IsThere(places.tracefs) && geteuid() != 0;
  return {.topic = "tracing",
          .health = hidden ? Health::kUnknown : Health::kLack,
          .found = hidden ? "only root sees it here" : "no tracefs",
          .consequence = hidden ? "" : "who sends a SIGKILL is not known",
          .cure = hidden ? "" : fmt::format("mount -t tracefs nodev {}", places.tracefs)};
}

HostFinding LookAtSystemd(const HostPlaces& places) {
  if (IsThere(places.run_systemd)) {
    return {.topic = "systemd",
            .health = Health::kGood,
            .found = "runs",
            .consequence = {},
            .cure = {}};
  }
  return {.topic = "systemd",
          .health = Health::kNote,
          .found = "does not run here",
          .consequence =
              "something else has to start headroomd and headroom-guardian, and to start "
              "them again",
          .cure = ""};
}

}  // namespace

CallErrors TryCalls() {
  CallErrors errors;
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC;
  const UniqueFd root(static_cast<int>(syscall(SYS_openat2, AT_FDCWD, "/", &how, sizeof how)));
  if (!root.valid()) errors.openat2 = errno;
  const UniqueFd self(static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0U)));
  if (!self.valid()) errors.pidfd_open = errno;
  return errors;
}

HostFindings JudgeCalls(const CallErrors& errors) {
  return {JudgeOpenat2(errors.openat2), JudgePidfdOpen(errors.pidfd_open)};
}

HostFindings LookAtFacilities(const HostView& host, const HostPlaces& places) {
  HostFindings findings{LookAtCgroup(host), LookAtKernel(host)};
  for (HostFinding& finding : JudgeCalls(TryCalls())) findings.push_back(std::move(finding));
  for (HostFinding& finding : HostFindings{LookAtPressure(host), LookAtKernelLog(places),
                                           LookAtTracing(places), LookAtSystemd(places)}) {
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace headroom
