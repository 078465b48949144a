#include "kernel/cgroup/memory_events.h"

#include <array>

#include "kernel/cgroup/flat_keyed.h"
#include "kernel/cgroup/memory_v1.h"

namespace headroom {

Result<MemoryEvents> ParseMemoryEvents(std::string_view text) {
  MemoryEvents events;
  const std::array keys = {
      FlatKey{.name = "low", .number = &events.low},
      FlatKey{.name = "high", .number = &events.high},
      FlatKey{.name = "max", .number = &events.max},
      FlatKey{.name = "oom", .number = &events.oom},
      FlatKey{.name = "oom_kill", .number = &events.oom_kill},
      FlatKey{.name = "oom_group_kill", .number = &events.oom_group_kill},
  };
  if (auto filled = FillFlatKeys(text, "memory.events", keys); !filled) {
    return std::unexpected(filled.error());
  }
  return events;
}

Result<MemoryEvents> ReadMemoryEvents(const CgroupDir& cgroup, EventScope scope) {
  const auto text = cgroup.ReadValue(EventFileName(scope));
  if (!text && text.error().code == ErrorCode::kNotFound) {
    if (auto events = ReadMemoryEventsV1(cgroup, scope)) return events;
  }
  if (!text) return std::unexpected(text.error());
  return ParseMemoryEvents(*text);
}

std::optional<std::uint64_t> CounterDelta(std::optional<std::uint64_t> before,
                                          std::optional<std::uint64_t> after) {
  if (!before || !after || *after < *before) return std::nullopt;
  return *after - *before;
}

}  // namespace headroom
