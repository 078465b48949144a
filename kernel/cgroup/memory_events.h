#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "kernel/cgroup/cgroup_dir.h"

namespace headroom {

/// One reading of a cgroup v2 `memory.events` or `memory.events.local` file
/// (Documentation/admin-guide/cgroup-v2.rst, "memory.events").
///
/// Unit: number of events since the cgroup was created. Never bytes.
/// A missing key (older kernel) is nullopt; nullopt is not zero.
/// Value type; copy freely between threads.
struct MemoryEvents {
  std::optional<std::uint64_t> low;
  std::optional<std::uint64_t> high;      ///< times usage went over memory.high
  std::optional<std::uint64_t> max;       ///< times usage met memory.max
  std::optional<std::uint64_t> oom;       ///< allocation about to fail; nobody need have died
  std::optional<std::uint64_t> oom_kill;  ///< processes killed by any OOM killer, host-wide too
  std::optional<std::uint64_t> oom_group_kill;  ///< whole-group kills; Linux 5.17 and later

  bool operator==(const MemoryEvents&) const = default;
};

/// Which of the two files: all below this cgroup, or this cgroup alone (Linux 5.2 and later).
enum class EventScope { kSubtree, kLocal };

[[nodiscard]] constexpr const char* EventFileName(EventScope scope) {
  return scope == EventScope::kSubtree ? "memory.events" : "memory.events.local";
}

/// One look at both of them. Absent: the file is not there on this kernel, or the cgroup is not.
struct EventReading {
  std::optional<MemoryEvents> subtree;
  std::optional<MemoryEvents> local;
};

/// Parses file text. Pure: no I/O, no logging, any thread. Unknown keys are skipped so that a
/// newer kernel does not break us. Errors: kMalformed (bad number, repeated key).
[[nodiscard]] Result<MemoryEvents> ParseMemoryEvents(std::string_view text);

/// Reads the file of an open cgroup, or on v1 what says the same there (memory_v1.h). Errors:
/// kGone, kNotFound (controller off, or no .local on this kernel), kDenied, kMalformed.
[[nodiscard]] Result<MemoryEvents> ReadMemoryEvents(const CgroupDir& cgroup, EventScope scope);

/// `after - before` of one counter; nullopt when either is absent, or when it went down (then it
/// is not the same cgroup).
[[nodiscard]] std::optional<std::uint64_t> CounterDelta(std::optional<std::uint64_t> before,
                                                        std::optional<std::uint64_t> after);

}  // namespace headroom
