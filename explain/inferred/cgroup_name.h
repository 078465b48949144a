#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace headroom {

/// The container's name in a component of a cgroup path that only an engine makes: ID of
/// "docker-ID.scope", "libpod-ID", "libpod-payload-ID", "cri-containerd-ID.scope",
/// "crio-ID.scope", "crun-ID.scope", "runc-ID.scope", "lxc.payload.ID", and an id of 64 hex digits
/// that stands alone, as cgroupfs drivers write it. Empty for any other component, also for
/// conmon's own ("libpod-conmon-ID.scope"). Pure; borrows.
[[nodiscard]] std::string_view ContainerInComponent(std::string_view component);

/// The part of `cgroup` down to the component that is container `id`'s; nullopt: it is in no
/// cgroup of that container. An id is compared whole; one that no engine chose ("web") may stand
/// alone. What lies below another container's component is that one's, whatever it named it: a
/// container may make cgroups of any name in its own. Pure.
[[nodiscard]] std::optional<std::string> CgroupNamedAfter(std::string_view cgroup,
                                                          std::string_view id);

/// Whether a component of `cgroup` is a container's. Pure.
[[nodiscard]] bool IsInContainer(std::string_view cgroup);

/// Whether container `id` is named below another container's component: an engine that runs in that
/// one has made it, or somebody claims so. Pure.
[[nodiscard]] bool IsNamedInside(std::string_view cgroup, std::string_view id);

/// The full id (64 hex digits) of the container that the cgroup is of, where it begins with
/// `prefix`; nullopt: it does not, or `prefix` is shorter than 6 digits. Pure.
[[nodiscard]] std::optional<std::string> FullIdIn(std::string_view cgroup, std::string_view prefix);

}  // namespace headroom
