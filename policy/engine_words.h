#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "container/engine.h"

namespace headroom {

/// The pieces that advice is made of. Pure.

/// As docker, podman, nerdctl and systemd take a size: "512m", or bytes where no unit says it
/// exactly.
[[nodiscard]] std::string ForCommand(Bytes size);
/// As a Kubernetes resource quantity: "512Mi".
[[nodiscard]] std::string ForPod(Bytes size);

/// Whether the container was started by a command that takes docker's options.
[[nodiscard]] bool HasRunCommand(const EngineIdentity& engine);
/// That command; plain containerd is served by nerdctl.
[[nodiscard]] std::string RunCommand(const EngineIdentity& engine);
/// Whether that command takes --cgroup-conf FILE=VALUE as well: podman's and nerdctl's does.
[[nodiscard]] bool HasCgroupConf(const EngineIdentity& engine);

/// How to write `value` into the file `key` of the container's cgroup v2 ("memory.oom.group") by
/// the engine's own means: --cgroup-conf, a line of lxc's config, or linux.resources.unified of
/// config.json. Empty where the engine has none: docker, and a pod's container.
[[nodiscard]] std::string CgroupFileAdvice(const EngineIdentity& engine, std::string_view key,
                                           std::string_view value);

/// To let this rule's fix do it, where the engine has no option for it ("docker has no option for
/// it").
[[nodiscard]] std::string PolicyFixAdvice(const EngineIdentity& engine, std::string_view rule_id);

}  // namespace headroom
