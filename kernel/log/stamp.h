#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace headroom {

/// A time at the start of a line of a log.
struct Stamp {
  std::string_view text;                           ///< borrowed
  std::optional<std::chrono::microseconds> time;   ///< nullopt: only since the line before
  std::optional<std::chrono::microseconds> delta;  ///< that, where it is all
  bool kernel = false;      ///< only dmesg writes it: what follows is the kernel's
  bool names_host = false;  ///< a host and who spoke follow, as syslog and journalctl write them
};

/// Each cuts its form off `rest`, with the blank behind it, or gives nullopt and leaves it alone.
/// "[   12.345678] ", also "<  0.000012>" and "+0.000012" of dmesg -d and -e.
[[nodiscard]] std::optional<Stamp> TakeBootStamp(std::string_view& rest);
/// "[Mon Nov 23 14:16:19 2026] " of dmesg -T, "[Nov23 14:16] " of dmesg -e.
[[nodiscard]] std::optional<Stamp> TakeBracketedDate(std::string_view& rest);
/// Dates without brackets: "Nov 23 14:16:19", "2026-11-23T14:16:19.123456+00:00",
/// "Mon 2026-11-23 14:16:19 UTC", "Mon Nov 23 14:16:19 2026", "1795443379.123456".
[[nodiscard]] std::optional<Stamp> TakeDate(std::string_view& rest);

}  // namespace headroom
