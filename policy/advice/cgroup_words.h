#pragma once

#include <string>
#include <string_view>

#include "container/engine/engine.h"

namespace headroom {

/// Advice on files of a cgroup that engines pass on by name, or not at all. Pure.

/// How to have `value` written into the file `key` of the container's cgroup v2
/// ("memory.oom.group") by the engine's own means: --cgroup-conf of podman and nerdctl, a line of
/// lxc's config, or linux.resources.unified of config.json. Empty where the engine has none:
/// docker, a pod's container, and a command without an engine.
[[nodiscard]] std::string CgroupFileAdvice(const EngineIdentity& engine, std::string_view key,
                                           std::string_view value);

/// To let this rule's fix do it, for the engines that have no option of their own.
[[nodiscard]] std::string PolicyFixAdvice(const EngineIdentity& engine, std::string_view rule_id);

}  // namespace headroom
