#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace headroom {

/// One line of a kernel log as text, its prefix cut off: of dmesg in all its time formats, raw
/// /dev/kmsg, a syslog daemon, journalctl in its one-line formats or as JSON, quoted in a mail or
/// indented.
struct LogLine {
  enum class Origin {
    kKernel,    ///< the prefix says so, or is one that only kernel logs have
    kOther,     ///< a process wrote it: whatever it says, it is no word of the kernel
    kUnmarked,  ///< no prefix: bare text, or the rest of the line before
  };
  Origin origin = Origin::kUnmarked;
  std::string text;   ///< bytes; \xNN is undone in raw /dev/kmsg only, where it is an escape
  std::string stamp;  ///< the time as it stands there; empty: none
  /// The same as a number: since boot where that is stated, else wall time, whose year and zone may
  /// be unknown. Only differences within one log mean anything.
  std::optional<std::chrono::microseconds> time;
  std::optional<std::chrono::microseconds> delta;  ///< since the line before, where that is all
  std::string host;                                ///< empty: not stated
};

/// Pure; takes any bytes. `line` comes without its line end; a carriage return before it is cut.
[[nodiscard]] LogLine ParseLogLine(std::string_view line);

}  // namespace headroom
