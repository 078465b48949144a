#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"
#include "kernel/cgroup/cgroup_dir.h"

namespace headroom {

/// One line of a PSI file (Documentation/accounting/psi.rst). avg in percent, total is stall time.
struct PressureLine {
  double avg10 = 0;
  double avg60 = 0;
  double avg300 = 0;
  std::chrono::microseconds total{};
};
struct Pressure {
  std::optional<PressureLine> some;
  std::optional<PressureLine> full;  ///< absent in cpu.pressure of the host before 5.13
};
[[nodiscard]] Result<Pressure> ParsePressure(std::string_view text);
[[nodiscard]] Result<Pressure> ReadMemoryPressure(const CgroupDir& cgroup);

/// A trigger on memory.pressure "some": the descriptor polls EPOLLPRI once a window at most while
/// stalls exceed `stall` in `window`. With a window that is a multiple of 2 s it needs no privilege
/// and costs no kernel thread (Linux 6.4, Debian 6.1). kNotFound without PSI.
[[nodiscard]] Result<UniqueFd> OpenMemoryPressureTrigger(const CgroupDir& cgroup,
                                                         std::chrono::microseconds stall,
                                                         std::chrono::microseconds window);

}  // namespace headroom
