#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "kernel/kmsg/oom_log.h"

namespace headroom {

/// kernel/oom.json: the kernel's OOM reports as we understood them, beside kernel/oom.log, which
/// has them verbatim. Task tables are not repeated here, only their length.
struct OomRecord {
  std::vector<OomEvent> events;
  std::uint64_t overruns = 0;  ///< times the kernel's log was overwritten before we read it
};

/// `log` is the text of kernel/oom.log, to state the line of every kill in it.
[[nodiscard]] std::string SerializeOomRecord(const OomRecord& record, std::string_view log);
/// Events come without `tasks` and `raw`.
[[nodiscard]] Result<OomRecord> ParseOomRecord(std::string_view text, std::string_view where);

/// The line of the kmsg record with that sequence number, from 1; 0 when it is not there.
[[nodiscard]] std::size_t LineOfRecord(std::string_view log, std::uint64_t sequence);

}  // namespace headroom
