#include "cli/run/own_cgroup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/text.h"
#include "cli/run/scope.h"
#include "cli/systemd/unit.h"
#include "container/facts/cgroup_facts.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "kernel/cgroup/memory_limits.h"
#include "kernel/cgroup/memory_v1.h"
#include "kernel/proc/process.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds kPatience = 10s;
constexpr std::chrono::milliseconds kLookAgain = 5ms;
constexpr std::chrono::nanoseconds kUntilForgotten = 5s;
constexpr std::chrono::milliseconds kAskAgain = 50ms;

std::unexpected<Error> IsTaken(const std::string& name) {
  return MakeError(ErrorCode::kExists, name,
                   "is the name of a command that runs already; choose another --name");
}

std::string CgroupOf(const HostView& host, pid_t pid) {
  const auto membership = ReadProcessCgroup(host, pid);
  return membership ? membership->memory().value_or("") : std::string();
}

/// What is asked for is there: believed as little as any other file of another program's.
bool HasLimit(const HostView& host, const std::string& path, Bytes memory) {
  const auto cgroup = CgroupDir::Open(host, path);
  const auto limits = cgroup ? ReadMemoryLimits(*cgroup) : std::unexpected(cgroup.error());
  return limits && limits->max == Limit(WholePages(memory));
}

bool HasProcesses(const HostView& host, const std::string& path) {
  const auto cgroup = CgroupDir::Open(host, path);
  if (!cgroup) return false;
  if (IsMemoryV1(*cgroup)) {
    const auto processes = cgroup->Read("cgroup.procs");
    return processes && !processes->empty();
  }
  const auto events = cgroup->ReadValue("cgroup.events");
  return events && events->find("populated 1") != std::string::npos;
}

/// Whether a command runs in the scope of that name.
bool IsInUse(const HostView& host, SystemdOwner owner, const std::string& unit) {
  const auto state = AskSystemdOf(owner, unit);
  return state && !state->control_group.empty() && HasProcesses(host, state->control_group);
}

/// systemd forgets a unit some time after its last process has ended; till then its name is taken.
Status StartWhenForgotten(const HostView& host, SystemdOwner owner, const ScopeRequest& request) {
  const BootTime deadline = NowBoot() + kUntilForgotten;
  for (;;) {
    auto started = StartScope(owner, request);
    const bool is_taken = !started && started.error().code == ErrorCode::kExists;
    if (!is_taken || IsInUse(host, owner, request.unit) || NowBoot() > deadline) {
      return started;
    }
    std::this_thread::sleep_for(kAskAgain);
  }
}

/// systemd has moved the process, and set the limit, when both are seen.
Result<std::string> AwaitScope(const HostView& host, const CgroupRequest& request,
                               const std::string& unit) {
  const BootTime deadline = NowBoot() + kPatience;
  for (;;) {
    std::string path = CgroupOf(host, request.pid);
    if (path.ends_with("/" + unit) && HasLimit(host, path, request.memory)) return path;
    if (NowBoot() > deadline) {
      return MakeError(ErrorCode::kTimedOut, unit,
                       fmt::format("did not get the command within 10 s: it is in cgroup {}; see "
                                   "journalctl {}-u {}",
                                   EscapedForPeople(path),
                                   request.systemd == SystemdOwner::kUser ? "--user " : "", unit));
    }
    std::this_thread::sleep_for(kLookAgain);
  }
}

std::string DirectoryOf(const HostView& host, std::string_view path) {
  return host.cgroup_root + std::string(path);
}

/// One that an earlier command left empty makes room.
Status MakeDirectory(const std::string& directory, const std::string& name) {
  if (mkdir(directory.c_str(), 0755) == 0) return {};
  if (errno != EEXIST) return SystemError(directory, "cannot be made");
  if (rmdir(directory.c_str()) == 0 && mkdir(directory.c_str(), 0755) == 0) return {};
  return IsTaken(name);
}

Status FillDirectory(const HostView& host, const std::string& path, const CgroupRequest& request) {
  const auto cgroup = CgroupDir::Open(host, path);
  if (!cgroup) return std::unexpected(cgroup.error());
  const std::string limit = ToCgroupText(Limit(request.memory));
  const char* file = IsMemoryV1(*cgroup) ? "memory.limit_in_bytes" : "memory.max";
  if (auto written = cgroup->Write(file, limit); !written) return written;
  return cgroup->Write("cgroup.procs", fmt::format("{}", request.pid));
}

}  // namespace

Bytes WholePages(Bytes limit) {
  static const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  return Bytes{limit.value / page * page};
}

Result<std::string> ParentForCgroup(const HostView& host, std::string_view own) {
  std::vector<std::string> levels;
  levels.emplace_back(own);
  for (std::string& above : AncestorPaths(own)) levels.push_back(std::move(above));
  if (own != "/") levels.emplace_back("/");
  for (const std::string& level : levels) {
    const auto cgroup = CgroupDir::Open(host, level);
    if (cgroup && IsMemoryV1(*cgroup)) return level;
    const auto given =
        cgroup ? cgroup->ReadValue("cgroup.subtree_control") : std::unexpected(cgroup.error());
    if (given && HasController(*given, "memory")) return level;
  }
  return MakeError(ErrorCode::kNotFound, "cgroup.subtree_control",
                   fmt::format("of no cgroup from {} upwards has \"memory\", and there is no "
                               "systemd to ask; write +memory into that of the one to be used",
                               EscapedForPeople(own)));
}

std::string WhyNotDelegated(const HostView& host, const std::string& manager) {
  const auto cgroup = CgroupDir::Open(host, manager.empty() ? "/" : manager);
  const auto given =
      cgroup ? cgroup->ReadValue("cgroup.controllers") : std::unexpected(cgroup.error());
  if (given && HasController(*given, "memory")) return "";
  const std::string found =
      given ? fmt::format("has \"{}\"", EscapedForPeople(Trimmed(*given)))
            : fmt::format("cannot be read ({})", EscapedForPeople(given.error().Message()));
  return fmt::format(
      "{}{}/cgroup.controllers {}, expected memory among them: this user's systemd has not been "
      "given the memory controller, so it can limit nothing; let root give it (Delegate=memory "
      "pids "
      "below [Service] by systemctl edit user@.service, no DisableControllers=memory above it, "
      "then "
      "log in again), or run this as root",
      host.cgroup_root, EscapedForPeople(manager), found);
}

Result<OwnCgroup> OwnCgroup::Make(const HostView& host, const CgroupRequest& request) {
  const std::string leaf = "headroom-run-" + request.name;
  if (HostRunsSystemd()) {
    const std::string unit = leaf + ".scope";
    const auto started = StartWhenForgotten(host, request.systemd,
                                            {.unit = unit,
                                             .description = "headroom run " + request.name,
                                             .pid = request.pid,
                                             .memory = request.memory});
    if (!started && started.error().code == ErrorCode::kExists) return IsTaken(request.name);
    if (!started) return std::unexpected(started.error());
    auto path = AwaitScope(host, request, unit);
    if (!path) return std::unexpected(path.error());
    return OwnCgroup(*std::move(path), "");
  }
  const auto parent = ParentForCgroup(host, CgroupOf(host, request.pid));
  if (!parent) return std::unexpected(parent.error());
  const std::string path = (*parent == "/" ? "" : *parent) + "/" + leaf;
  const std::string directory = DirectoryOf(host, path);
  if (auto made = MakeDirectory(directory, request.name); !made) {
    return std::unexpected(made.error());
  }
  OwnCgroup cgroup(path, directory);
  if (auto filled = FillDirectory(host, path, request); !filled) {
    return std::unexpected(filled.error());
  }
  return cgroup;
}

OwnCgroup::OwnCgroup(OwnCgroup&& other) noexcept
    : path_(std::move(other.path_)), directory_(std::exchange(other.directory_, "")) {}

/// Nothing is told where that fails: what the command left running keeps its limit.
OwnCgroup::~OwnCgroup() {
  if (!directory_.empty()) (void)rmdir(directory_.c_str());
}

}  // namespace headroom
