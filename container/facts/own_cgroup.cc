#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/text.h"
#include "container/facts/facts.h"

namespace headroom {
namespace {

/// A container that just starts has one process, or a few that its init forked.
constexpr std::size_t kMaxProcesses = 1024;
constexpr int kMaxGenerations = 64;

/// Whether `pid` descends from `init`. A process that ended meanwhile is nobody's concern.
bool DescendsFrom(const HostView& host, pid_t pid, pid_t init) {
  for (int generation = 0; generation < kMaxGenerations; ++generation) {
    if (pid == init) return true;
    if (pid <= 1) return false;
    const auto stat = ReadProcessStat(host, pid);
    if (!stat) return stat.error().code == ErrorCode::kGone;
    pid = stat->parent;
  }
  return false;
}

std::string ForeignProcess(const HostView& host, const CgroupDir& cgroup, pid_t init) {
  const auto text = cgroup.Read("cgroup.procs");
  if (!text) return fmt::format("its processes cannot be listed: {}", text.error().Message());
  const auto pids = ParseCgroupProcs(*text);
  if (!pids) return fmt::format("its processes cannot be listed: {}", pids.error().Message());
  if (pids->size() > kMaxProcesses) {
    return fmt::format("its cgroup already holds {} processes", pids->size());
  }
  for (const int pid : *pids) {
    if (!DescendsFrom(host, pid, init)) {
      return fmt::format("its cgroup also holds process {}, which is not the container's", pid);
    }
  }
  return {};
}

/// "nr_descendants 0" of cgroup.stat saves listing the directory; absent: list it.
std::vector<std::string> ChildrenOf(const CgroupDir& cgroup) {
  const auto stat = cgroup.ReadValue("cgroup.stat");
  if (stat && stat->starts_with("nr_descendants 0\n")) return {};
  return cgroup.Children(CgroupDir::kAll).value_or(SomeNames{}).names;
}

/// On v1, which has no cgroup.events, only what lies in the cgroup itself is seen.
bool IsPopulated(const CgroupDir& cgroup) {
  const auto events = cgroup.ReadValue("cgroup.events");
  if (events) return events->find("populated 1") != std::string::npos;
  const auto processes = cgroup.Read("cgroup.procs");
  return processes && !Trimmed(*processes).empty();
}

std::string PopulatedChild(const HostView& host, const CgroupDir& cgroup) {
  for (const std::string& name : ChildrenOf(cgroup)) {
    const auto child = CgroupDir::Open(host, cgroup.path() + "/" + name);
    if (!child) continue;
    if (IsPopulated(*child)) {
      return fmt::format("its cgroup has another one with processes below it, {}",
                         EscapedForPeople(name));
    }
  }
  return {};
}

struct Caller {
  const char* name;
  pid_t pid;
};

/// Who of those that started the container lies in its cgroup; empty when none of them does.
std::string CallerInside(const HookSurroundings& surroundings, const CgroupDir& cgroup,
                         pid_t engine) {
  for (const Caller caller : {Caller{.name = "the hook", .pid = surroundings.self},
                              Caller{.name = "the runtime", .pid = surroundings.runtime},
                              Caller{.name = "the engine", .pid = engine}}) {
    if (caller.pid <= 0) continue;
    const auto membership = ReadProcessCgroup(surroundings.host, caller.pid);
    if (!membership || !membership->memory()) continue;
    if (IsSameOrBelow(*membership->memory(), cgroup.path())) {
      return fmt::format("its cgroup is also that of {} (process {})", caller.name, caller.pid);
    }
  }
  return {};
}

}  // namespace

std::string WhyNotOwnCgroup(const HookSurroundings& surroundings, const CgroupDir& cgroup,
                            const ProcessId& init, pid_t engine) {
  if (cgroup.path() == "/") return "it runs in the root cgroup";
  std::string foreign = ForeignProcess(surroundings.host, cgroup, init.pid);
  if (foreign.empty()) foreign = PopulatedChild(surroundings.host, cgroup);
  if (foreign.empty()) return {};
  // The callers are among these processes, if they lie there at all; naming them says more.
  std::string caller = CallerInside(surroundings, cgroup, engine);
  return caller.empty() ? foreign : caller;
}

}  // namespace headroom
