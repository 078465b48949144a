#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace headroom {

/// One entry of config.json's "mounts".
struct OciMount {
  std::string destination;  ///< "/dev/shm"
  std::string type;         ///< "tmpfs", "bind"
  std::string source;
  std::vector<std::string> options;  ///< "nosuid", "size=65536k"
};

/// The part of an OCI bundle's config.json that concerns memory and identity (runtime-spec,
/// "Configuration"). What the engine asked for; what the kernel was told is read from the cgroup.
struct OciConfig {
  std::optional<Limit> memory_limit;  ///< linux.resources.memory.limit; -1 is unlimited
  std::optional<Limit> memory_swap;   ///< memory and swap together, as the specification has it
  std::map<std::string, std::string> unified_memory;  ///< linux.resources.unified, "memory.*"
  std::optional<OciMount> shm;                        ///< the mount on /dev/shm
  std::string root_path;     ///< as written: relative ones start at the bundle
  std::string cgroups_path;  ///< "/a/b", or "slice:prefix:name" for systemd
  std::string hostname;
  std::vector<OciMount> mounts;  ///< all of them
};

/// Real ones stay below 100 KiB.
inline constexpr std::size_t kMaxConfigBytes = 16U << 20U;

/// Pure. Unknown keys are ignored; kMalformed names `where` and the key.
[[nodiscard]] Result<OciConfig> ParseOciConfig(std::string_view text, std::string_view where);

/// Reads `<bundle>/config.json`, which must be a regular file.
[[nodiscard]] Result<OciConfig> ReadOciConfig(const std::string& bundle);

/// A "size=" among mount options, in the notation of tmpfs(5): bytes, or with k, m, g behind.
/// nullopt when there is none, or when it is a percentage.
[[nodiscard]] std::optional<Bytes> SizeOption(const std::vector<std::string>& options);

}  // namespace headroom
