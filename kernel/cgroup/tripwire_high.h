#pragma once

#include <optional>

#include "base/bytes.h"

namespace headroom {

/// What the height of a tripwire depends on besides the limit.
struct ThrottleModel {
  /// Pages charged at once by one allocating thread (MEMCG_CHARGE_BATCH, mm/memcontrol.c): 64 from
  /// Linux 6.1, 32 before. The smaller figure buys less time, so it is the safe assumption.
  unsigned batch_pages = 64;
  unsigned cpus = 1;  ///< possible CPUs: memory.stat lags by up to a batch on each
};

/// Where memory.high stands for a limit of `max`, so that throttling buys one allocating thread
/// about a second: T = (64/3) * high / (batch * 4 KiB) * x^3 with x = (max - high) / high, x within
/// 2 % and 12.5 % of high. A whole number of pages, below `max`.
///
/// nullopt: the limit is less than four times the error of memory.stat, too small for a decision
/// that rests on it; such a container is only observed.
[[nodiscard]] std::optional<Bytes> TripwireHigh(Bytes max, const ThrottleModel& model);

/// The model for a kernel. `release` as uname(2) has it; `cpus` those that are possible.
[[nodiscard]] ThrottleModel ThrottleModelFor(const char* release, unsigned cpus);

/// The model for the kernel that runs here.
[[nodiscard]] ThrottleModel ThrottleModelOfThisHost();

}  // namespace headroom
