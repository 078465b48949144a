#pragma once

#include <cstdint>
#include <map>
#include <string_view>

#include "base/bytes.h"

namespace headroom {

/// What /proc/PID/numa_maps (proc(5)) adds up to by memory node: "N0=12" pages of the size that its
/// line states as "kernelpagesize_kB=4". Pure, linear, never throws. A line without that size, the
/// last one of a text that was cut or what is no number counts for nothing, so that the sum is
/// never too large.
[[nodiscard]] std::map<std::uint64_t, Bytes> SumNumaMaps(std::string_view text);

}  // namespace headroom
