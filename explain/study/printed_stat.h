#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace headroom {

/// The memory.stat that a report carries, and the record where it begins.
struct PrintedStat {
  std::string cgroup;
  std::string text;
  std::uint64_t first_record = 0;
};

/// The last of a report, from its records as read (OomEvent::raw). Pure. nullopt: it has none.
[[nodiscard]] std::optional<PrintedStat> FindPrintedStat(std::string_view raw);

}  // namespace headroom
