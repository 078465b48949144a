#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "kernel/cgroup/memory_events.h"
#include "kernel/cgroup/memory_limits.h"

namespace headroom {

/// The memory controller's files on cgroup v1 (Documentation/admin-guide/cgroup-v1/memory.rst),
/// read as what v2 calls the same. What has no counterpart there is nullopt: memory.high,
/// memory.oom.group, the events `low`, `high`, `oom` and `oom_group_kill`.

/// One reading of memory.oom_control.
struct OomControl {
  std::optional<bool> kill_disabled;
  std::optional<bool> under_oom;
  /// Processes of this very cgroup, none below it, that an OOM killer took; Linux 4.13 and later.
  std::optional<std::uint64_t> oom_kill;

  bool operator==(const OomControl&) const = default;
};

/// Pure; unknown keys are skipped. kMalformed: a bad number, a repeated key.
[[nodiscard]] Result<OomControl> ParseOomControl(std::string_view text);

/// A limit as memory.limit_in_bytes has it. What is more than the kernel can count in pages
/// (PAGE_COUNTER_MAX, printed as LONG_MAX rounded down to a page) stands for none. Pure.
[[nodiscard]] Result<Limit> ParseLimitV1(std::string_view text);

/// Whether it is a cgroup of v1's memory hierarchy.
[[nodiscard]] bool IsMemoryV1(const CgroupDir& cgroup);

/// `oom_kill` of memory.oom_control, and as `max` memory.failcnt with memory.memsw.failcnt. Those
/// count for one cgroup alone: for kSubtree the kills of all that lie below now are added, so that
/// the count sinks when one of them is removed, and is nullopt where there are more than 64 or
/// eight levels. kNotFound: no cgroup of that hierarchy.
[[nodiscard]] Result<MemoryEvents> ReadMemoryEventsV1(const CgroupDir& cgroup, EventScope scope);

/// `max` is memory.limit_in_bytes; `swap_max` what memory.memsw.limit_in_bytes, the limit of memory
/// and swap together, leaves beside it, and nullopt where the host does not account for swap.
[[nodiscard]] Result<MemoryLimits> ReadMemoryLimitsV1(const CgroupDir& cgroup);

/// What a file of v2, "memory.current" or "memory.swap.current", would hold; nullopt: not known.
[[nodiscard]] std::optional<Bytes> ReadBytesV1(const CgroupDir& cgroup, std::string_view file);

/// Has the kernel signal the result, an eventfd(2), when something happens to `file` of the cgroup:
/// "memory.oom_control" when its processes, or those of the cgroups below, have met a limit and one
/// is about to be killed; "memory.usage_in_bytes" when the usage crosses `threshold` either way.
/// One write to cgroup.event_control, which changes no setting; it ends when the eventfd is closed,
/// or with the cgroup, which signals as well. kNotFound on v2.
[[nodiscard]] Result<UniqueFd> RegisterEventV1(const CgroupDir& cgroup, const std::string& file,
                                               std::optional<Bytes> threshold);

}  // namespace headroom
