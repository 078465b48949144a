#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace headroom {

/// Time since boot, suspend included (CLOCK_BOOTTIME): never jumps, the same for every process.
/// What all our intervals and all records that must be ordered are measured with.
using BootTime = std::chrono::nanoseconds;

/// Wall-clock time since 1970 (CLOCK_REALTIME): may jump; only for people to read.
using WallTime = std::chrono::nanoseconds;

[[nodiscard]] BootTime NowBoot();
[[nodiscard]] WallTime NowWall();

/// "2026-11-21T03:12:44.120Z": UTC, milliseconds.
[[nodiscard]] std::string ToIso8601(WallTime time);

/// "20261121T031244Z": UTC, seconds, fit for a file name.
[[nodiscard]] std::string ToFileStamp(WallTime time);

/// "2026-11-21 03:12:44 UTC", for people.
[[nodiscard]] std::string ToPersonalText(WallTime time);

/// A duration for people: "12 ms", "0.4 s", "71 s", "2 min 5 s", "3 h 10 min".
[[nodiscard]] std::string ToText(std::chrono::nanoseconds duration);

}  // namespace headroom
