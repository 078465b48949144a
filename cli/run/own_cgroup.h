#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "cli/systemd/bus.h"
#include "kernel/host_view.h"

namespace headroom {

/// Who is to get a cgroup of its own.
struct CgroupRequest {
  std::string name;  ///< of the command; see WhyNoName
  pid_t pid = 0;     ///< a process that waits, and is in it afterwards
  Bytes memory;      ///< its limit, which is there before the process is
  SystemdOwner systemd = SystemdOwner::kSystem;  ///< whose, where systemd runs
};

/// The cgroup of one command: a scope of systemd's, or where the host has none a directory that is
/// removed with this object, unless processes are left in it.
class OwnCgroup {
 public:
  /// Errors are told to people as they are. Waits for systemd, for some 25 s at most.
  [[nodiscard]] static Result<OwnCgroup> Make(const HostView& host, const CgroupRequest& request);
  OwnCgroup(OwnCgroup&& other) noexcept;
  OwnCgroup& operator=(OwnCgroup&&) = delete;
  ~OwnCgroup();

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  OwnCgroup(std::string path, std::string directory)
      : path_(std::move(path)), directory_(std::move(directory)) {}

  std::string path_;       ///< below the mount
  std::string directory_;  ///< to be removed; empty: systemd does that
};

/// Where a directory of our own can be made: the nearest cgroup from `own` (ours) upwards that
/// gives the memory controller to those below it; on v1, where each does, `own`. Nothing is enabled
/// that is not: that would change what others are charged for. kNotFound: there is none.
[[nodiscard]] Result<std::string> ParentForCgroup(const HostView& host, std::string_view own);

/// Why the cgroup of a user's systemd, `manager`, lets its units have no limit of memory, what was
/// found and expected there and what to do; empty: it does.
[[nodiscard]] std::string WhyNotDelegated(const HostView& host, const std::string& manager);

/// What the kernel makes of a limit: whole pages.
[[nodiscard]] Bytes WholePages(Bytes limit);

}  // namespace headroom
