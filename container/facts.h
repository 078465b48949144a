#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "container/engine.h"
#include "container/enrolment.h"
#include "container/oci_config.h"
#include "container/oci_state.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "kernel/host_view.h"
#include "kernel/proc/process.h"

namespace headroom {

/// The container's /dev/shm, as mounted for its init. Sizes of a tmpfs that somebody else's mount
/// shares are facts too: whoever writes there fills it for all.
struct ShmFacts {
  std::string mount_point;  ///< as the init sees it: below its rootfs before pivot_root
  std::string type;         ///< "tmpfs"; anything else is not memory
  dev_t device = 0;
  bool host_shared = false;   ///< it is the host's own /dev/shm: never ours to change
  std::optional<Limit> size;  ///< nullopt: not stated, which for tmpfs means half of RAM
};

/// Everything that policy judges, read once while the container's init waits. A figure that could
/// not be had is nullopt, and that is normal: no cgroup yet, no memory controller, cgroup v1.
struct ContainerFacts {
  std::string id;
  EngineIdentity engine;
  uid_t uid = 0;  ///< of the engine's user, as the initial user namespace numbers it
  std::string boot_id;
  ProcessId init;
  std::string bundle_dir;  ///< empty when not known
  CgroupVersion cgroup_version = CgroupVersion::kV2;
  CgroupBaseline cgroup;  ///< path empty: no cgroup v2 of its own to be found
  std::vector<CgroupBaseline> ancestors;
  std::optional<Limit> configured_limit;  ///< linux.resources.memory.limit of config.json
  bool own_cgroup = false;
  std::string not_own_reason;   ///< for people; empty when own_cgroup
  std::optional<ShmFacts> shm;  ///< nullopt: no mount of the container's on /dev/shm was found
  bool supervisor_listening = false;

  /// The smallest memory.max from the container's cgroup upwards, and whose it is (a cgroup path;
  /// empty when nothing limits). nullopt: no memory.max could be read at all.
  struct Effective {
    Limit limit;
    std::string path;
  };
  [[nodiscard]] std::optional<Effective> EffectiveLimit() const;
};

/// What a hook knows besides the state: who calls it, and where things are.
struct HookSurroundings {
  HostView host;
  pid_t self = 0;       ///< the hook
  pid_t runtime = 0;    ///< its parent
  uid_t uid = 0;        ///< of the engine's user, outside of any user namespace
  std::string run_dir;  ///< for the supervisor's doorbell
  std::string host_shm = "/dev/shm";
};

/// Reads all of it, each file once. Errors only where no container is left to judge: the state
/// names no process, or the process is gone. `config` may be null.
[[nodiscard]] Result<ContainerFacts> CollectFacts(const HookSurroundings& surroundings,
                                                  const OciState& state, const OciConfig* config);

/// Limits and counters of one open cgroup. What cannot be read stays nullopt.
[[nodiscard]] CgroupBaseline ReadBaseline(const CgroupDir& cgroup);

/// Why `cgroup` is not only the container's; empty when it is. It is when every process in it is
/// the init or a descendant, no cgroup below it has processes, and neither the hook nor the
/// runtime or engine lies in it or below it.
[[nodiscard]] std::string WhyNotOwnCgroup(const HookSurroundings& surroundings,
                                          const CgroupDir& cgroup, const ProcessId& init,
                                          pid_t engine);

/// Whether somebody has bound the supervisor's doorbell. Sends nothing.
[[nodiscard]] bool DoorbellHasListener(const std::string& run_dir);

}  // namespace headroom
