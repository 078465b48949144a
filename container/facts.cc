#include "container/facts.h"

#include <sys/socket.h>
#include <sys/un.h>

#include "base/unique_fd.h"
#include "container/cgroup_facts.h"
#include "container/container_mounts.h"
#include "container/host_facts.h"
#include "container/process_facts.h"
#include "container/shm_facts.h"
#include "container/tmpfs_facts.h"
#include "container/unit_facts.h"

namespace headroom {
namespace {

template <typename T>
std::optional<T> Known(Result<T> result) {
  return result ? std::optional<T>(std::move(*result)) : std::nullopt;
}

/// What the runtime and the engine behind it are, as far as /proc tells.
struct Callers {
  std::string runtime_comm;
  pid_t engine = 0;
};

Callers FindCallers(const HookSurroundings& surroundings) {
  const auto stat = ReadProcessStat(surroundings.host, surroundings.runtime);
  if (!stat) return {};
  return Callers{.runtime_comm = stat->comm, .engine = stat->parent};
}

/// What needs no look at the kernel.
ContainerFacts WhatIsAskedFor(const OciState& state, const OciConfig* config) {
  ContainerFacts facts;
  facts.id = state.id;
  facts.annotations = state.annotations;
  if (state.bundle && state.bundle->starts_with('/') && *state.bundle != "/") {
    facts.bundle_dir = *state.bundle;
  }
  if (config == nullptr) return facts;
  facts.annotations.insert(config->annotations.begin(), config->annotations.end());
  facts.configured_limit = config->memory_limit;
  facts.kmem_limit = config->kmem_limit;
  facts.oom_kill_disabled = config->disable_oom_killer;
  return facts;
}

void CollectMounts(const HookSurroundings& surroundings, const OciState& state,
                   const OciConfig* config, ContainerFacts& facts) {
  const auto mounts = ReadContainerMounts(surroundings.host, facts.init.pid, surroundings.self,
                                          RootfsPath(state, config));
  if (!mounts) return;
  facts.shm = FindShm(surroundings, facts.init.pid, *mounts, state.id, config);
  facts.tmpfs = FindTmpfs(*mounts);
}

/// Where /proc/PID/cgroup is not what its format promises, the container has no cgroup for us.
Result<ProcessCgroup> ReadMembership(const HostView& host, pid_t pid) {
  auto membership = ReadProcessCgroup(host, pid);
  if (!membership && membership.error().code == ErrorCode::kMalformed) return ProcessCgroup{};
  return membership;
}

}  // namespace

std::optional<ContainerFacts::Effective> ContainerFacts::EffectiveLimit() const {
  std::optional<Effective> smallest;
  const auto consider = [&smallest](const CgroupBaseline& level) {
    if (!level.limits.max) return;
    if (smallest && *level.limits.max >= smallest->limit) return;
    smallest = Effective{.limit = *level.limits.max,
                         .path = level.limits.max->unlimited() ? "" : level.path};
  };
  consider(cgroup);
  for (const CgroupBaseline& ancestor : ancestors) consider(ancestor);
  return smallest;
}

std::optional<std::string_view> ProcessFacts::Env(std::string_view name) const {
  std::optional<std::string_view> found;
  for (const std::string& row : env) {
    const std::string_view text = row;
    if (text.starts_with(name) && text.substr(name.size()).starts_with('=')) {
      found = text.substr(name.size() + 1);
    }
  }
  return found;
}

CgroupBaseline ReadBaseline(const CgroupDir& cgroup) {
  CgroupBaseline baseline;
  baseline.path = cgroup.path();
  baseline.inode = cgroup.inode();
  baseline.limits = ReadMemoryLimits(cgroup).value_or(MemoryLimits{});
  baseline.events = Known(ReadMemoryEvents(cgroup, EventScope::kSubtree));
  baseline.local_events = Known(ReadMemoryEvents(cgroup, EventScope::kLocal));
  return baseline;
}

Result<ContainerFacts> CollectFacts(const HookSurroundings& surroundings, const OciState& state,
                                    const OciConfig* config) {
  if (!state.pid) {
    return Malformed("state", "names no process (key \"pid\"), so there is nothing to look at");
  }
  ContainerFacts facts = WhatIsAskedFor(state, config);
  facts.uid = surroundings.uid;
  const auto stat = ReadProcessStat(surroundings.host, *state.pid);
  if (!stat) return std::unexpected(stat.error());
  facts.init = stat->id;
  auto boot_id = ReadBootId(surroundings.host);
  if (!boot_id) return std::unexpected(boot_id.error());
  facts.boot_id = std::move(*boot_id);
  const auto membership = ReadMembership(surroundings.host, *state.pid);
  if (!membership) return std::unexpected(membership.error());

  const Callers callers = FindCallers(surroundings);
  facts.host = CollectHost(surroundings.host);
  if (const auto cgroup = CollectCgroup(surroundings.host, *membership, facts)) {
    facts.not_own_reason = WhyNotOwnCgroup(surroundings, *cgroup, facts.init, callers.engine);
    facts.own_cgroup = facts.not_own_reason.empty();
    facts.unit = FindUnit(facts.cgroup.path,
                          {.system = surroundings.run_systemd, .users = surroundings.run_user});
  }
  facts.engine = IdentifyEngine(state, config, facts.cgroup.path, callers.runtime_comm);
  LookUpNames(surroundings.host, state, config, callers.engine, facts.engine, facts.labels);
  CollectMounts(surroundings, state, config, facts);
  facts.process = CollectStartingProcess(surroundings.host, *state.pid, config);
  facts.supervisor_listening = DoorbellHasListener(surroundings.run_dir);
  return facts;
}

bool DoorbellHasListener(const std::string& run_dir) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = run_dir + "/doorbell";
  if (path.size() >= sizeof address.sun_path) return false;
  path.copy(address.sun_path, path.size());
  const UniqueFd fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  return fd.valid() &&
         connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

}  // namespace headroom
