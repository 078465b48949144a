#include "container/running/running_facts.h"

#include <fmt/format.h>

#include "base/text.h"
#include "container/facts/facts_parts.h"
#include "container/facts/process_facts.h"

namespace headroom {
namespace {

/// What the runtime told its hooks when the container started, as far as it is still known.
OciState StateOf(const RunningContainer& container) {
  OciState state;
  state.id = container.id;
  state.status = "running";
  state.pid = container.init.pid;
  if (!container.bundle_dir.empty()) state.bundle = container.bundle_dir;
  return state;
}

/// Takes the cgroup that the runtime made instead of the one below it that the init is in now. A
/// container that may write to cgroupfs chooses where its init is, so that a stranger's cgroup is
/// not taken for its own. Empty, or why it has none.
std::string TakeRuntimesCgroup(const RunningContainer& container, ProcessCgroup& membership) {
  if (container.cgroup.empty() || !membership.memory()) return {};
  const std::string actual = *membership.memory();
  if (IsSameOrBelow(actual, container.cgroup)) {
    membership = {.v2 = container.cgroup, .v1_memory = {}};
    return {};
  }
  membership = {};
  return fmt::format("its init is in cgroup {}, not in {} which its runtime made for it",
                     EscapedForPeople(actual), EscapedForPeople(container.cgroup));
}

void DecideOwnCgroup(const HookSurroundings& surroundings, const CgroupDir& cgroup,
                     const Enrolment* enrolment, ContainerFacts& facts) {
  const bool on_record = enrolment != nullptr && enrolment->boot_id == facts.boot_id &&
                         enrolment->cgroup.inode == cgroup.inode();
  facts.not_own_reason = on_record ? enrolment->not_own_reason
                                   : WhyNotOwnRunningCgroup(surroundings.host, cgroup,
                                                            facts.init.pid, surroundings.self);
  facts.own_cgroup = on_record ? enrolment->own_cgroup : facts.not_own_reason.empty();
}

}  // namespace

RunningContainer RunningContainerOf(const Enrolment& enrolment) {
  const bool names_runtime = enrolment.engine == "runc" || enrolment.engine == "crun";
  return {.id = enrolment.id,
          .init = enrolment.init,
          .bundle_dir = enrolment.bundle_dir,
          .runtime = names_runtime ? enrolment.engine : "",
          .cgroup = enrolment.cgroup.path};
}

Result<ContainerFacts> CollectRunningFacts(const HookSurroundings& surroundings,
                                           const RunningContainer& container,
                                           const Enrolment* enrolment) {
  OciState state = StateOf(container);
  const auto read = state.bundle ? ReadOciConfig(*state.bundle)
                                 : MakeError(ErrorCode::kNotFound, "bundle", "is not known");
  const OciConfig* config = read ? &*read : nullptr;
  if (config != nullptr) state.annotations = config->annotations;
  auto begun = BeginFacts(surroundings, state, config);
  if (!begun) return std::unexpected(begun.error());
  ContainerFacts& facts = begun->facts;
  if (container.init.start_ticks != 0 && facts.init != container.init) {
    return MakeError(ErrorCode::kGone, "container", "has ended; its process number is another's");
  }
  const std::string elsewhere = TakeRuntimesCgroup(container, begun->membership);
  if (const auto cgroup = CollectKernelFacts(surroundings, begun->membership, facts)) {
    DecideOwnCgroup(surroundings, *cgroup, enrolment, facts);
  } else if (!elsewhere.empty() && facts.cgroup_version != CgroupVersion::kMissing) {
    facts.not_own_reason = elsewhere;
  }
  // The init's parent is the engine's monitor, as it was when the runtime had ended.
  const Callers callers{.runtime_comm = container.runtime, .engine = begun->parent};
  CollectNames(surroundings, state, config, callers, facts);
  if (enrolment != nullptr) {
    facts.engine.engine = enrolment->engine;
    facts.engine.name = enrolment->name;
    facts.engine.image = enrolment->image;
    facts.engine.aliases = enrolment->aliases;
  }
  CollectMounts(surroundings, state, config, facts);
  facts.process = CollectRunningProcess(surroundings.host, facts.init.pid, config);
  return std::move(facts);
}

}  // namespace headroom
