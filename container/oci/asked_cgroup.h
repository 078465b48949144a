#pragma once

#include <string>
#include <string_view>

namespace headroom {

/// The cgroup that a runtime of root's will make by `cgroups_path` (linux.cgroupsPath of
/// config.json), as a path below the mount: "agents-web.slice:docker:3f1c" is
/// "/agents.slice/agents-web.slice/docker-3f1c.scope" (runc's libcontainer/cgroups/systemd, crun's
/// cgroup-systemd.c), and an absolute path is itself. The container is in that one, or in one that
/// its runtime makes below it.
///
/// Empty where it cannot be told: none is asked for, or a relative one, which runc and crun put at
/// different places; a slice that systemd would refuse; a path with ".." or of more than 4096
/// bytes. Of an ordinary user's container nothing is told by it, as that user's systemd has its
/// slices below its own cgroup. Pure.
[[nodiscard]] std::string AskedCgroup(std::string_view cgroups_path);

}  // namespace headroom
