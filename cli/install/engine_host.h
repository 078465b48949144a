#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace headroom {

/// Where the engines of a machine and Headroom's own programs lie. Tests give it a temporary tree.
struct EngineHost {
  std::string hook = "/usr/lib/headroom/headroom-hook";
  std::string runtime = "/usr/lib/headroom/headroom-runtime";
  std::string headroom = "/usr/bin/headroom";
  std::string unit_dir = "/etc/systemd/system";
  std::string docker_config = "/etc/docker/daemon.json";
  std::string docker_root = "/var/lib/docker";
  std::string containerd_config = "/etc/containerd/config.toml";
  /// Where containerd's shims keep a folder for each task, below one for each namespace.
  std::string containerd_tasks = "/run/containerd/io.containerd.runtime.v2.task";
  std::string lxc_path = "/var/lib/lxc";  ///< a folder for each container, with its `config`
  /// What is included by common.conf, and so by the containers that include that.
  std::string lxc_common_dir = "/usr/share/lxc/config/common.conf.d";
  std::string crio_config = "/etc/crio/crio.conf";
  std::string crio_drop_ins = "/etc/crio/crio.conf.d";
  std::string cdi_dir = "/etc/cdi";
  /// Where Podman's hooks may lie that it does not read now, or not by default.
  std::vector<std::string> usual_hooks_dirs = {"/usr/share/containers/oci/hooks.d",
                                               "/etc/containers/oci/hooks.d"};
  /// In the order in which systemd's units look for a program.
  std::vector<std::string> program_dirs = {"/usr/local/sbin", "/usr/local/bin", "/usr/sbin",
                                           "/usr/bin",        "/sbin",          "/bin"};
  /// What `podman --help` prints; kNotFound: there is no Podman. Empty: there is none.
  std::function<Result<std::string>()> podman_help;
  /// What `podman container inspect` prints of all containers, running or not; kNotFound: there is
  /// no Podman. Empty: there is none.
  std::function<Result<std::string>()> podman_containers;
};

/// The path of a program, in the first folder that has it; empty: none has.
[[nodiscard]] std::string FindProgram(const EngineHost& host, const std::string& name);

/// Whether an engine can be told to start `path` for every container: an executable file, which
/// nobody but its owner and its group can change. Errors say what to do.
[[nodiscard]] Status CheckProgram(const std::string& path);

}  // namespace headroom
