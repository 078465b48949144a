#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace headroom {

/// The clock that stamps the kernel's log beside CLOCK_MONOTONIC, both at one moment. The former
/// may stand still for a tick.
struct LogClocks {
  std::chrono::microseconds monotonic{};
  std::chrono::microseconds log{};  ///< local_clock()
};

/// The head of the scheduler's debug file ("ktime" and "cpu_clk", in milliseconds;
/// sched_debug_header, kernel/sched/debug.c). nullopt: it does not state both. Pure.
[[nodiscard]] std::optional<LogClocks> ParseLogClocks(std::string_view sched_debug);

/// Where that file may be: debugfs, and /proc before Linux 5.13.
[[nodiscard]] std::vector<std::string> SchedDebugFiles();

/// Reads the head of the first of `files` that can be read. kNotFound: none can (debugfs is not
/// mounted, the kernel is locked down or has no CONFIG_SCHED_DEBUG).
[[nodiscard]] Result<LogClocks> ReadLogClocks(const std::vector<std::string>& files);

}  // namespace headroom
