#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "kernel/host_view.h"

namespace headroom {

/// One line of /proc/PID/mountinfo (proc(5)), octal escapes undone.
struct Mount {
  unsigned id = 0;
  unsigned parent = 0;
  dev_t device = 0;
  std::string root;           ///< the part of the file system that is mounted
  std::string mount_point;    ///< as seen from that process's root
  std::string mount_options;  ///< per mount: "rw,nosuid"
  std::string type;           ///< "tmpfs"
  std::string source;
  std::string super_options;  ///< per file system: "rw,size=65536k"
};
/// Pure. kMalformed names the line.
[[nodiscard]] Result<std::vector<Mount>> ParseMountinfo(std::string_view text);
[[nodiscard]] Result<std::vector<Mount>> ReadMountinfo(const HostView& host, pid_t pid);

/// The last mount on exactly `mount_point` (what a path lookup meets); nullptr when none.
[[nodiscard]] const Mount* FindMount(const std::vector<Mount>& mounts,
                                     std::string_view mount_point);

/// The size= of a tmpfs; unlimited for size=0 ("no limit" to tmpfs); nullopt when not stated,
/// which for tmpfs means half of RAM.
[[nodiscard]] std::optional<Limit> TmpfsSize(const Mount& mount);

/// Changes the size of the tmpfs mounted at `path` and keeps every mount flag: fspick(2) and
/// fsconfig(2) act on the file system, not on the mount (Linux 5.2). kDenied, kSystem with the
/// kernel's own words when it says any ("Too small a size for current use"), kMalformed for what is
/// no tmpfs. Size 0 means "no limit" to tmpfs. Everything but the last component of `path` is
/// followed through symbolic links: for a path that a container can change, open it inside the
/// container's root and use the other form.
[[nodiscard]] Status ResizeTmpfs(const std::string& path, Bytes size);

/// The same for the root directory of the mounted tmpfs, already open (O_PATH is enough) and
/// borrowed; `where` names it in errors.
[[nodiscard]] Status ResizeTmpfsAt(int root_fd, std::string_view where, Bytes size);

/// Size and use of the file system at `path` (statfs(2)).
struct FilesystemUse {
  Bytes size;
  Bytes used;
};
[[nodiscard]] Result<FilesystemUse> ReadFilesystemUse(const std::string& path);

}  // namespace headroom
