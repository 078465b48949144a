#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "container/engine/engine.h"
#include "container/enrolment/enrolment.h"
#include "container/oci/oci_config.h"
#include "container/oci/oci_state.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "kernel/host_view.h"
#include "kernel/proc/process.h"

namespace headroom {

/// The container's /dev/shm, as mounted for its init.
struct ShmFacts {
  std::string mount_point;  ///< as the init sees it: below its rootfs before pivot_root
  std::string type;         ///< "tmpfs"; anything else is not memory
  dev_t device = 0;
  bool host_shared = false;  ///< it is the host's own /dev/shm: never ours to change
  /// It is mounted from a place that others have as well (a pod's, --ipc=container:, a part of a
  /// tmpfs of the host's): whoever writes there fills it for all, and its size is not the
  /// container's alone to change. Not set for the tmpfs that podman, or docker's --ipc=shareable,
  /// makes for this container and binds: there the container's own id is a component of the path.
  bool bind_mounted = false;
  std::optional<Limit> size;  ///< nullopt: not stated, which for tmpfs means half of RAM
};

/// A tmpfs of the container's on another place than /dev/shm: files there are memory too.
struct TmpfsFacts {
  std::string destination;  ///< as the container sees it: "/run", "/tmp"
  std::string mount_point;  ///< as the init sees it now; empty where nothing is mounted yet
  dev_t device = 0;         ///< 0 where nothing is mounted yet
  bool read_only = false;
  std::optional<Limit> size;  ///< nullopt: not stated, which for tmpfs means half of RAM
};

/// One size of huge pages, and how many bytes of them the container may have.
struct HugetlbFacts {
  Bytes page_size;
  std::optional<Limit> max;  ///< nullopt: the controller does not limit this cgroup
};

/// What the container's program will be started with, as its config.json asks for it. Bytes that
/// the container's user chose. Never written to a record: the environment holds secrets.
struct ProcessFacts {
  std::vector<std::string> args;
  std::vector<std::string> env;      ///< "NAME=value"
  std::optional<Limit> memlock;      ///< RLIMIT_MEMLOCK, soft
  std::optional<int> oom_score_adj;  ///< of the init; its children inherit it
  /// The value of NAME in `env`; the last one counts. nullopt: not there.
  [[nodiscard]] std::optional<std::string_view> Env(std::string_view name) const;
};

/// The systemd unit whose cgroup the container's is. systemd writes the unit's own values into the
/// cgroup's memory files again at every daemon-reload, so a setting that is only in the file lasts
/// until then. (A cgroup below a unit's, as crun makes one, is not rewritten.)
struct UnitFacts {
  std::string name;  ///< "docker-3f1c9a.scope"
  /// Whether the unit has MemorySwapMax= itself (files below /run/systemd); nullopt: not known.
  std::optional<bool> sets_swap_max;
};

/// What the host has, where a container's setting is judged against it.
struct HostFacts {
  std::optional<Bytes> memory_total;
  std::optional<Bytes> swap_total;
  std::optional<Bytes> hugetlb_total;  ///< of all page sizes together; 0: no pool
  /// vm.dirty_bytes and vm.dirty_background_bytes; nullopt also for 0, which means "by ratio".
  std::optional<Bytes> dirty_bytes;
  std::optional<Bytes> dirty_background_bytes;
  /// Per cent of available memory; nullopt also where the kernel goes by the bytes.
  std::optional<unsigned> dirty_ratio;
  std::optional<unsigned> dirty_background_ratio;
};

/// Where facts come from.
enum class FactsSource {
  kContainer,  ///< the kernel, of a container that exists
  kConfig,     ///< config.json alone: what the runtime would set; nothing is mounted or running
};

/// How far a config.json tells what its container will be.
struct ConfigFacts {
  std::string asked_cgroup;  ///< by linux.cgroupsPath (asked_cgroup.h); empty: it does not tell
  /// Somebody has looked at what stands above that. Otherwise `ancestors` is empty, and whether one
  /// of them has a limit is not known.
  bool ancestors_known = false;
  bool hook_follows = false;  ///< the hook will judge the container itself, once it is there
  /// Sizes of tmpfs by their destination that say something not known here: "/tmp": "size=1%". The
  /// `size` is nullopt then. At most 64 bytes of each.
  std::map<std::string, std::string, std::less<>> unread_sizes;
};

/// Everything that policy judges, read once while the container's init waits. A figure that could
/// not be had is nullopt, and that is normal: no cgroup yet, no memory controller, cgroup v1.
///
/// From config.json alone (FactsSource::kConfig): `init` is 0, `cgroup.path` is empty, `ancestors`
/// too unless somebody has looked at what will stand above (see ConfigFacts), and cgroup.limits,
/// memory_low and the like hold what the runtime would set: where config.json asks for nothing,
/// limits are unlimited and protections 0. See facts_of_config.h.
struct ContainerFacts {
  FactsSource source = FactsSource::kContainer;
  std::string id;
  EngineIdentity engine;
  uid_t uid = 0;  ///< of the engine's user, as the initial user namespace numbers it
  std::string boot_id;
  ProcessId init;
  std::string bundle_dir;   ///< empty when not known
  Annotations annotations;  ///< of the state and of config.json; the state's win
  Annotations labels;       ///< the engine's, where its files tell them
  CgroupVersion cgroup_version = CgroupVersion::kV2;
  CgroupBaseline cgroup;  ///< path empty: no cgroup v2 of its own to be found
  std::vector<CgroupBaseline> ancestors;
  std::optional<UnitFacts> unit;          ///< nullopt: its cgroup is not a unit's own
  std::optional<Limit> configured_limit;  ///< linux.resources.memory.limit of config.json
  std::optional<Limit> memory_min;        ///< memory.min of its own cgroup
  std::optional<Limit> memory_low;
  std::optional<Limit> kmem_limit;        ///< linux.resources.memory.kernel (cgroup v1)
  std::optional<bool> oom_kill_disabled;  ///< linux.resources.memory.disableOOMKiller
  /// The io controller is on cgroup v2 (in the root's cgroup.controllers), with which dirty pages
  /// are throttled against the container's own limit. Its own cgroup need not have it enabled.
  std::optional<bool> io_controller;
  /// The smallest pids.max from its own cgroup upwards. nullopt: none could be read.
  struct PidsMax {
    std::optional<std::uint64_t> count;  ///< nullopt: no limit
    std::string path;                    ///< whose it is; empty when there is none
  };
  std::optional<PidsMax> pids;
  std::vector<HugetlbFacts> hugetlb;  ///< empty: no controller, or no huge pages on this host
  bool own_cgroup = false;
  std::string not_own_reason;     ///< for people; empty when own_cgroup
  std::optional<ShmFacts> shm;    ///< nullopt: no mount of the container's on /dev/shm was found
  std::vector<TmpfsFacts> tmpfs;  ///< all others
  ProcessFacts process;
  HostFacts host;
  bool supervisor_listening = false;
  std::optional<ConfigFacts> config;  ///< FactsSource::kConfig alone

  /// Whether `ancestors` are all that there are: of a container, always.
  [[nodiscard]] bool AncestorsKnown() const { return !config || config->ancestors_known; }
  [[nodiscard]] bool HookFollows() const { return config && config->hook_follows; }

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
  std::string run_systemd = "/run/systemd";  ///< of the system's manager
  std::string run_user = "/run/user";        ///< of the users', a folder each
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
