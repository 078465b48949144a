#pragma once

#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "kernel/cgroup/cgroup_dir.h"

namespace headroom {

/// The memory settings of one cgroup. nullopt: the file is not there (the root, or the memory
/// controller is not enabled for it), which is neither "max" nor 0.
struct MemoryLimits {
  std::optional<Limit> max;
  std::optional<Limit> high;
  std::optional<Limit> swap_max;
  std::optional<bool> oom_group;

  bool operator==(const MemoryLimits&) const = default;
};

/// "max" or a number of bytes, with or without a line end. kMalformed otherwise.
[[nodiscard]] Result<Limit> ParseLimit(std::string_view text);

/// Reads memory.max, memory.high, memory.swap.max and memory.oom.group, or on v1 what says the same
/// there (memory_v1.h). kGone when the cgroup was removed meanwhile.
[[nodiscard]] Result<MemoryLimits> ReadMemoryLimits(const CgroupDir& cgroup);

/// A file that holds one number of bytes (memory.current, memory.swap.current, memory.peak); on v1
/// what says the same there.
[[nodiscard]] Result<Bytes> ReadBytes(const CgroupDir& cgroup, const std::string& file);

}  // namespace headroom
