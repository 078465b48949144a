#include "container/facts/facts.h"

#include <sys/socket.h>

#include "base/unique_fd.h"
#include "base/unix_address.h"
#include "container/engine/aliases.h"
#include "container/facts/cgroup_facts.h"
#include "container/facts/container_mounts.h"
#include "container/facts/facts_parts.h"
#include "container/facts/host_facts.h"
#include "container/facts/process_facts.h"
#include "container/facts/shm_facts.h"
#include "container/facts/tmpfs_facts.h"
#include "container/facts/unit_facts.h"

namespace headroom {
namespace {

template <typename T>
std::optional<T> Known(Result<T> result) {
  return result ? std::optional<T>(std::move(*result)) : std::nullopt;
}

/// As far as /proc tells.
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

Result<BegunFacts> BeginFacts(const HookSurroundings& surroundings, const OciState& state,
                              const OciConfig* config) {
  if (!state.pid) {
    return Malformed("state", "names no process (key \"pid\"), so there is nothing to look at");
  }
  const auto stat = ReadProcessStat(surroundings.host, *state.pid);
  if (!stat) return std::unexpected(stat.error());
  auto boot_id = ReadBootId(surroundings.host);
  if (!boot_id) return std::unexpected(boot_id.error());
  auto membership = ReadMembership(surroundings.host, *state.pid);
  if (!membership) return std::unexpected(membership.error());
  BegunFacts begun{.facts = WhatIsAskedFor(state, config),
                   .membership = std::move(*membership),
                   .parent = stat->parent};
  begun.facts.uid = surroundings.uid;
  begun.facts.init = stat->id;
  begun.facts.boot_id = std::move(*boot_id);
  return begun;
}

std::optional<CgroupDir> CollectKernelFacts(const HookSurroundings& surroundings,
                                            const ProcessCgroup& membership,
                                            ContainerFacts& facts) {
  facts.host = CollectHost(surroundings.host);
  auto cgroup = CollectCgroup(surroundings.host, membership, facts);
  if (cgroup) {
    facts.unit = FindUnit(facts.cgroup.path,
                          {.system = surroundings.run_systemd, .users = surroundings.run_user});
  }
  facts.supervisor_listening = DoorbellHasListener(surroundings.run_dir);
  return cgroup;
}

void CollectNames(const HookSurroundings& surroundings, const OciState& state,
                  const OciConfig* config, const Callers& callers, ContainerFacts& facts) {
  facts.engine = IdentifyEngine(state, config, facts.cgroup.path, callers.runtime_comm);
  LookUpNames(surroundings.host, state, config, callers.engine, facts.engine, facts.labels);
  facts.engine.pod = PodOf(facts.engine.engine, state.annotations, facts.labels);
  facts.engine.aliases = AliasesOf(state.annotations, facts.labels, facts.engine.pod);
  // CRI-O's own name of a container has the pod's uid and the attempt in it, and nobody types that.
  if (facts.engine.engine == "cri-o" && facts.engine.pod) {
    facts.engine.name = facts.engine.aliases.back();
  }
  std::erase(facts.engine.aliases, facts.engine.name);
}

/// Whose engine makes one /dev/shm for a whole pod, in a folder of the first container there. That
/// of a pod of Podman's is told by the slice alone.
bool IsInPod(const ContainerFacts& facts) {
  return facts.engine.kubernetes || facts.engine.pod ||
         facts.cgroup.path.find("libpod_pod_") != std::string::npos;
}

void CollectMounts(const HookSurroundings& surroundings, const OciState& state,
                   const OciConfig* config, ContainerFacts& facts) {
  const auto mounts = ReadContainerMounts(surroundings.host, facts.init.pid, surroundings.self,
                                          RootfsPath(state, config));
  if (!mounts) return;
  facts.shm =
      FindShm(surroundings, *mounts,
              {.init = facts.init.pid, .id = state.id, .config = config, .in_pod = IsInPod(facts)});
  facts.tmpfs = FindTmpfs(*mounts);
}

Result<ContainerFacts> CollectFacts(const HookSurroundings& surroundings, const OciState& state,
                                    const OciConfig* config) {
  auto begun = BeginFacts(surroundings, state, config);
  if (!begun) return std::unexpected(begun.error());
  ContainerFacts& facts = begun->facts;
  const Callers callers = FindCallers(surroundings);
  if (const auto cgroup = CollectKernelFacts(surroundings, begun->membership, facts)) {
    facts.not_own_reason = WhyNotOwnCgroup(surroundings, *cgroup, facts.init, callers.engine);
    facts.own_cgroup = facts.not_own_reason.empty();
  }
  CollectNames(surroundings, state, config, callers, facts);
  CollectMounts(surroundings, state, config, facts);
  facts.process = CollectStartingProcess(surroundings.host, facts.init.pid, config);
  return std::move(facts);
}

bool DoorbellHasListener(const std::string& run_dir) {
  const auto address = UnixAddress::Of(run_dir + "/doorbell");
  if (!address) return false;
  const UniqueFd fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  return fd.valid() && connect(fd.get(), address->get(), UnixAddress::size()) == 0;
}

}  // namespace headroom
