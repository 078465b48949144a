#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/container_log.h"

namespace headroom {

inline constexpr const char* kKubeletLog = "host/kubelet.log";

/// The system's services that a kubelet runs in: by itself, or as a part of a distribution.
inline constexpr std::array<std::string_view, 8> kKubeletUnits = {
    "kubelet.service",       "k3s.service",
    "k3s-agent.service",     "rke2-server.service",
    "rke2-agent.service",    "k0sworker.service",
    "k0scontroller.service", "snap.microk8s.daemon-kubelite.service"};

/// host/kubelet.log: what the kubelet wrote of evictions around the end of a container. Lines as in
/// container/log.txt (kept_log.h reads them back), but that the word behind the time is the unit
/// that wrote it.
[[nodiscard]] std::string SerializeKubeletLog(const std::vector<ContainerLine>& lines);

}  // namespace headroom
