#include "kernel/trace/trace_instance.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "kernel/proc/process.h"

namespace headroom {
namespace {

constexpr std::string_view kPrefix = "headroom-";
/// Signals of the kernel itself are wanted as well: a limit on processor time, a fault.
constexpr std::string_view kFilter = "sig==9||sig==15||sig==6||sig==7";
/// Where the runtimes lie that end in the moment in which they have sent a signal. Each path whole:
/// the name of a file may hold a line end, and what follows it would read as an event.
constexpr std::array<std::string_view, 4> kRuntimeDirs = {"/usr/bin", "/usr/sbin", "/usr/local/bin",
                                                          "/usr/local/sbin"};
constexpr std::array<std::string_view, 3> kRuntimes = {"crun", "runc", "youki"};
/// Of all processors together, where each may have its share.
constexpr long kKilobytesInAll = 2048;
constexpr long kLeastKilobytes = 16;
constexpr long kMostKilobytes = 256;

/// The process that made it; nullopt: not a name of ours.
std::optional<ProcessId> OwnerOf(std::string_view name) {
  if (!name.starts_with(kPrefix)) return std::nullopt;
  const auto parts = Split(name.substr(kPrefix.size()), '-');
  if (parts.size() != 2) return std::nullopt;
  const auto pid = ParseUint64(parts[0]);
  const auto start = ParseUint64(parts[1]);
  constexpr std::uint64_t kMostPid = 1U << 22U;  // PID_MAX_LIMIT
  if (!pid || !start || *pid == 0 || *pid > kMostPid) return std::nullopt;
  return ProcessId{.pid = static_cast<pid_t>(*pid), .start_ticks = *start};
}

std::string RuntimeFilter() {
  std::string filter;
  for (const std::string_view dir : kRuntimeDirs) {
    for (const std::string_view runtime : kRuntimes) {
      if (!filter.empty()) filter += "||";
      filter += fmt::format("filename==\"{}/{}\"", dir, runtime);
    }
  }
  return filter;
}

std::chrono::nanoseconds Now(clockid_t clock) {
  timespec now{};
  (void)clock_gettime(clock, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

}  // namespace

long TraceKilobytesPerCpu(long cpus) {
  return std::clamp(kKilobytesInAll / std::max(cpus, 1L), kLeastKilobytes, kMostKilobytes);
}

std::string FindTracefs() {
  for (const char* path : {"/sys/kernel/tracing", "/sys/kernel/debug/tracing"}) {
    if (access(fmt::format("{}/instances", path).c_str(), F_OK) == 0) return path;
  }
  return "";
}

void RemoveStaleInstances(const HostView& host, const std::string& tracefs) {
  const std::string dir = tracefs + "/instances";
  const auto fd = OpenDirectory(AT_FDCWD, dir);
  if (!fd) return;
  const auto names = ListDirectory(fd->get(), dir);
  if (!names) return;
  for (const std::string& name : *names) {
    const auto owner = OwnerOf(name);
    if (!owner) continue;
    const auto stat = ReadProcessStat(host, owner->pid);
    if (stat && stat->id == *owner) continue;
    // A directory of tracefs is removed with all that is in it; events go on until then.
    (void)unlinkat(fd->get(), name.c_str(), AT_REMOVEDIR);
  }
}

Result<TraceInstance> TraceInstance::Create(const HostView& host, const std::string& tracefs) {
  const std::string dir = tracefs + "/instances";
  if (tracefs.empty() || access(dir.c_str(), F_OK) != 0) {
    return MakeError(ErrorCode::kNotFound, tracefs.empty() ? "/sys/kernel/tracing" : tracefs,
                     "is no tracefs; it is not mounted (mount -t tracefs tracefs "
                     "/sys/kernel/tracing)");
  }
  RemoveStaleInstances(host, tracefs);
  const auto self = ReadProcessStat(host, getpid());
  if (!self) return std::unexpected(self.error());
  const std::string path =
      fmt::format("{}/{}{}-{}", dir, kPrefix, self->id.pid, self->id.start_ticks);
  if (mkdir(path.c_str(), 0700) != 0) return SystemError(path, "cannot be made");
  TraceInstance instance(path);
  if (auto done = instance.SetUp(); !done) return std::unexpected(done.error());
  return instance;
}

Status TraceInstance::SetUp() {
  const auto set = [&](std::string_view file, std::string_view value) {
    return WriteKernelFile(AT_FDCWD, fmt::format("{}/{}", path_, file), value);
  };
  if (!set("trace_clock", "boot")) {
    counts_suspended_ = false;
    if (auto mono = set("trace_clock", "mono"); !mono) return mono;
  }
  // Else the default, which is larger. What does not fit is counted.
  (void)set("buffer_size_kb",
            fmt::format("{}", TraceKilobytesPerCpu(sysconf(_SC_NPROCESSORS_CONF))));
  // What came first tells more: a container that is killed drags all its processes along.
  (void)set("options/overwrite", "0");
  if (auto done = set("events/signal/signal_generate/filter", kFilter); !done) return done;
  if (auto done = set("events/signal/signal_generate/enable", "1"); !done) return done;
  (void)set("events/oom/mark_victim/enable", "1");  // it only corroborates
  // Without it a sender that ends at once stays unseen.
  if (set("events/sched/sched_process_exec/filter", RuntimeFilter())) {
    (void)set("events/sched/sched_process_exec/enable", "1");
  }
  auto pipe = OpenAt(AT_FDCWD, path_ + "/trace_pipe", O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!pipe) return std::unexpected(pipe.error());
  pipe_.emplace(std::move(*pipe));
  return {};
}

std::optional<std::uint64_t> ReadLostEvents(const std::string& path) {
  constexpr std::size_t kLargestStats = 4096;
  const std::string dir = path + "/per_cpu";
  const auto fd = OpenDirectory(AT_FDCWD, dir);
  if (!fd) return std::nullopt;
  const auto names = ListDirectory(fd->get(), dir);
  if (!names) return std::nullopt;
  std::optional<std::uint64_t> lost;
  for (const std::string& name : *names) {
    const auto text = ReadFileAt(fd->get(), name + "/stats", kLargestStats);
    const auto of_one = text ? ParseTraceStats(*text) : std::nullopt;
    if (!of_one) return std::nullopt;
    lost = lost.value_or(0) + *of_one;
  }
  return lost;
}

std::optional<std::uint64_t> TraceInstance::ReadLost() const { return ReadLostEvents(path_); }

void TraceInstance::Remove() {
  if (path_.empty()) return;
  pipe_.reset();  // an instance that is open is not removed
  (void)WriteKernelFile(AT_FDCWD, path_ + "/events/enable", "0");
  (void)rmdir(path_.c_str());
  path_.clear();
}

TraceInstance::TraceInstance(TraceInstance&& other) noexcept
    : path_(std::exchange(other.path_, std::string())),
      pipe_(std::move(other.pipe_)),
      counts_suspended_(other.counts_suspended_) {}

TraceInstance& TraceInstance::operator=(TraceInstance&& other) noexcept {
  if (this == &other) return *this;
  Remove();
  path_ = std::exchange(other.path_, std::string());
  pipe_ = std::move(other.pipe_);
  counts_suspended_ = other.counts_suspended_;
  return *this;
}

BootTime TraceInstance::ToBootTime(std::chrono::nanoseconds at) const {
  return counts_suspended_ ? at : at + (Now(CLOCK_BOOTTIME) - Now(CLOCK_MONOTONIC));
}

}  // namespace headroom
