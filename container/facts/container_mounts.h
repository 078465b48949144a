#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "container/facts/facts.h"
#include "kernel/mount/mountinfo.h"

namespace headroom {

/// The mounts that the container's processes will meet, as far as they may be memory.
struct ContainerMounts {
  /// Where the container's root lies in `mounts`: its rootfs while the init still sees the host's
  /// file systems, empty once it has changed its root.
  std::string root;
  std::vector<Mount> mounts;      ///< at or below `root`: every tmpfs, and what is on /dev/shm
  std::vector<Mount> host_tmpfs;  ///< every mount of a tmpfs that the host has

  /// The mount that a path lookup of the container's ends in; nullptr when none is there.
  [[nodiscard]] const Mount* At(std::string_view destination) const;
  /// As the container sees it: "/tmp".
  [[nodiscard]] std::string DestinationOf(const Mount& mount) const;
  [[nodiscard]] bool IsHosts(dev_t device) const;
};

/// The container's root directory as an absolute path, without "." and empty components; empty
/// when neither state nor config says. crun puts it into the state, else config.json has it.
[[nodiscard]] std::string RootfsPath(const OciState& state, const OciConfig* config);

/// Reads the mounts of `init`. Before pivot_root the container's are those at and below `rootfs`,
/// and all others the host's; after it, told by a root that differs from that of `self`, all are
/// the container's, and the host's are those of `self`. nullopt when neither can be told: what is
/// on "/dev/shm" then is the host's.
[[nodiscard]] std::optional<ContainerMounts> ReadContainerMounts(const HostView& host, pid_t init,
                                                                 pid_t self,
                                                                 const std::string& rootfs);

/// All mounts of a process that has the host's root, and some of its own beside it.
[[nodiscard]] ContainerMounts ReadOwnMounts(const HostView& host, pid_t pid);

}  // namespace headroom
