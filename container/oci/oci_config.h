#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "container/oci/oci_state.h"

namespace headroom {

/// One entry of config.json's "mounts".
struct OciMount {
  std::string destination;  ///< "/dev/shm"
  std::string type;         ///< "tmpfs", "bind"
  std::string source;
  std::vector<std::string> options;  ///< "nosuid", "size=65536k"
};

/// config.json's "process", as far as it concerns memory. Arguments and environment are whatever
/// the container's user chose, and hold secrets: for judging, never for a record.
struct OciProcess {
  std::vector<std::string> args;
  std::vector<std::string> env;      ///< "NAME=value"
  std::optional<Limit> memlock;      ///< RLIMIT_MEMLOCK, soft
  std::optional<int> oom_score_adj;  ///< absent: the init keeps that of the runtime
};

/// One row of linux.resources.hugepageLimits.
struct OciHugepageLimit {
  std::string page_size;  ///< "2MB", as in the names of the files of cgroupfs
  Bytes limit;
};

/// The part of an OCI bundle's config.json that concerns memory and identity (runtime-spec,
/// "Configuration"). What the engine asked for; what the kernel was told is read from the cgroup.
struct OciConfig {
  std::optional<Limit> memory_limit;  ///< linux.resources.memory.limit; -1 is unlimited
  std::optional<Limit> memory_swap;   ///< memory and swap together, as the specification has it
  std::optional<Limit> memory_reservation;  ///< memory.low on cgroup v2
  std::optional<Limit> kmem_limit;          ///< linux.resources.memory.kernel (cgroup v1 alone)
  std::optional<bool> disable_oom_killer;   ///< linux.resources.memory.disableOOMKiller
  std::optional<std::int64_t> pids_limit;   ///< 0 and below: no limit
  std::vector<OciHugepageLimit> hugepage_limits;
  /// linux.resources.unified, as far as it is "memory.*", "pids.*" or "hugetlb.*". On cgroup v2 the
  /// runtimes write these last, so they win over the fields above.
  std::map<std::string, std::string, std::less<>> unified;
  std::optional<OciMount> shm;  ///< the mount on /dev/shm
  std::string root_path;        ///< as written: relative ones start at the bundle
  std::string cgroups_path;     ///< "/a/b", or "slice:prefix:name" for systemd
  std::string hostname;
  std::vector<OciMount> mounts;  ///< all of them
  Annotations annotations;
  OciProcess process;
};

/// Real ones stay below 100 KiB.
inline constexpr std::size_t kMaxConfigBytes = kMaxStateBytes;

/// Pure. Unknown keys are ignored; kMalformed names `where` and the key.
[[nodiscard]] Result<OciConfig> ParseOciConfig(std::string_view text, std::string_view where);

/// Reads `<bundle>/config.json`, which must be a regular file.
[[nodiscard]] Result<OciConfig> ReadOciConfig(const std::string& bundle);

/// Whether `options` has that word.
[[nodiscard]] bool HasOption(const std::vector<std::string>& options, std::string_view word);

/// Whether the runtimes bind something that exists instead of mounting a new file system: they go
/// by the options and take the type "bind" as a hint only.
[[nodiscard]] bool IsBind(const OciMount& mount);

/// `path` without empty components and ".": "/dev//shm/" is "/dev/shm". Absolute; "/" is empty.
[[nodiscard]] std::string PlainPath(std::string_view path);

}  // namespace headroom
