#include "container/facts.h"

#include <sys/socket.h>
#include <sys/un.h>

#include "base/text.h"
#include "base/unique_fd.h"
#include "container/shm_facts.h"

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

void ReadAncestors(const HostView& host, ContainerFacts& facts) {
  for (const std::string& path : AncestorPaths(facts.cgroup.path)) {
    // A level that cannot be opened (rootless: not visible) has no figures, but keeps its place.
    const auto dir = CgroupDir::Open(host, path);
    CgroupBaseline baseline;
    if (dir) baseline = ReadBaseline(*dir);
    baseline.path = path;
    facts.ancestors.push_back(std::move(baseline));
  }
}

std::string NoCgroupReason(CgroupVersion version) {
  switch (version) {
    case CgroupVersion::kV1:
      return "the memory controller is on cgroup v1, where no tripwire can stand";
    case CgroupVersion::kMissing:
      return "this kernel offers no memory controller";
    case CgroupVersion::kV2:
      break;
  }
  return "it has no cgroup that could be found";
}

void CollectCgroup(const HookSurroundings& surroundings, pid_t engine,
                   const ProcessCgroup& membership, ContainerFacts& facts) {
  facts.cgroup_version = DetectCgroupVersion(surroundings.host);
  facts.not_own_reason = NoCgroupReason(facts.cgroup_version);
  if (facts.cgroup_version != CgroupVersion::kV2 || !membership.v2) return;
  const auto dir = CgroupDir::Open(surroundings.host, *membership.v2);
  if (!dir) return;
  facts.cgroup = ReadBaseline(*dir);
  ReadAncestors(surroundings.host, facts);
  facts.not_own_reason = WhyNotOwnCgroup(surroundings, *dir, facts.init, engine);
  facts.own_cgroup = facts.not_own_reason.empty();
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
  ContainerFacts facts;
  facts.id = state.id;
  facts.annotations = state.annotations;
  facts.uid = surroundings.uid;
  const auto stat = ReadProcessStat(surroundings.host, *state.pid);
  if (!stat) return std::unexpected(stat.error());
  facts.init = stat->id;
  auto boot_id = ReadBootId(surroundings.host);
  if (!boot_id) return std::unexpected(boot_id.error());
  facts.boot_id = std::move(*boot_id);
  if (state.bundle && state.bundle->starts_with('/') && *state.bundle != "/") {
    facts.bundle_dir = *state.bundle;
  }
  if (config != nullptr) facts.configured_limit = config->memory_limit;

  const auto membership = ReadMembership(surroundings.host, *state.pid);
  if (!membership) return std::unexpected(membership.error());
  const Callers callers = FindCallers(surroundings);
  CollectCgroup(surroundings, callers.engine, *membership, facts);
  facts.engine = IdentifyEngine(state, config, facts.cgroup.path, callers.runtime_comm);
  LookUpNames(surroundings.host, state, config, callers.engine, facts.engine);
  facts.shm = FindShm(surroundings, *state.pid, RootfsPath(state, config));
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
