#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "container/engine/pod_name.h"
#include "container/oci/oci_config.h"
#include "container/oci/oci_state.h"
#include "kernel/host_view.h"
#include "kernel/proc/process.h"

namespace headroom {

/// The engine of a command that `headroom run` started: us.
inline constexpr std::string_view kCommandEngine = "headroom";
/// That of a unit that is watched without any container.
inline constexpr std::string_view kUnitEngine = "systemd";

/// Who started the container, and what its user calls it.
struct EngineIdentity {
  /// "podman", "docker", "containerd", "cri-o" or "lxc"; without an engine the runtime itself,
  /// "crun" or "runc"; kCommandEngine and kUnitEngine for what is no container.
  std::string engine;
  bool kubernetes = false;     ///< a pod's container: memory is configured in the pod's manifest
  std::string name;            ///< empty when not known. Bytes; escape before printing.
  std::string image;           ///< empty when not known. Bytes; escape before printing.
  std::optional<PodName> pod;  ///< nullopt: in none of a kubelet's, or not known
  std::vector<std::string> aliases;  ///< see container/engine/aliases.h
};

/// What can be told from the texts at hand. Pure. The paths that an engine chooses (the bundle, the
/// cgroup named after the id) decide before annotations, which a container's owner may choose too,
/// and those before the runtime's own name. The bundles of Podman and CRI-O look alike; where the
/// cgroup does not tell them apart, io.container.manager does.
/// `config` may be null; `cgroup_path` and `runtime_comm` may be empty.
[[nodiscard]] EngineIdentity IdentifyEngine(const OciState& state, const OciConfig* config,
                                            std::string_view cgroup_path,
                                            std::string_view runtime_comm);

/// Fills in name, image and labels where only the engine's own files know them: podman passes the
/// name to conmon, the runtime's parent `engine_pid`, as the argument behind "-n"; docker keeps
/// both in config.v2.json beside the hostname file that it mounts. Labels are told by docker,
/// there, and by CRI-O in an annotation. What cannot be read stays empty, and so does what lies
/// elsewhere than the engine has it for this container, as its owner chooses what is mounted.
void LookUpNames(const HostView& host, const OciState& state, const OciConfig* config,
                 pid_t engine_pid, EngineIdentity& identity, Annotations& labels);

/// The value behind `flag` in the text of /proc/PID/cmdline; nullopt when it is not there. Pure.
[[nodiscard]] std::optional<std::string> ArgumentBehind(std::string_view cmdline,
                                                        std::string_view flag);

/// Name, image and labels in docker's config.v2.json; kMalformed names `where`. Pure.
struct DockerNames {
  std::string name;
  std::string image;
  Annotations labels;
};
[[nodiscard]] Result<DockerNames> ParseDockerNames(std::string_view text, std::string_view where);

/// The labels in CRI-O's annotation io.kubernetes.cri-o.Labels, a JSON object. Pure. Members that
/// are not text are left out; kMalformed for what is no object.
[[nodiscard]] Result<Annotations> ParseLabels(std::string_view text, std::string_view where);

}  // namespace headroom
