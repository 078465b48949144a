#pragma once

#include <string>

#include "base/bytes.h"
#include "container/engine/engine.h"

namespace headroom {

/// What the advice of every family is made of: the words of one engine. Pure.

/// Whether its user types a command with docker's options. A pod's container has none, even where
/// containerd runs it, so ask EngineIdentity::kubernetes first.
[[nodiscard]] bool HasRunCommand(const EngineIdentity& engine);

/// Whether it is a command of `headroom run`, which nobody has a configuration of.
[[nodiscard]] bool IsCommand(const EngineIdentity& engine);

/// "docker run", "podman run"; plain containerd is served by nerdctl. Only where HasRunCommand.
[[nodiscard]] std::string RunCommand(const EngineIdentity& engine);

/// The size as docker, podman, nerdctl, systemd and tmpfs take it ("64m"): in the largest unit
/// that says it exactly, in bytes where none does.
[[nodiscard]] std::string ForCommand(Bytes size);

/// The same as a quantity of Kubernetes ("64Mi").
[[nodiscard]] std::string ForPod(Bytes size);

}  // namespace headroom
