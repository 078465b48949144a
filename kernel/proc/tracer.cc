#include "kernel/proc/tracer.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <climits>

#include "base/file.h"
#include "base/text.h"

namespace headroom {

std::optional<pid_t> ParseTracer(std::string_view status_text) {
  constexpr std::string_view kKey = "TracerPid:";
  while (const auto line = TakeLine(status_text)) {
    if (!line->starts_with(kKey)) continue;
    const auto number = ParseUint64(Trimmed(line->substr(kKey.size())));
    if (!number || *number > INT_MAX) return std::nullopt;
    return static_cast<pid_t>(*number);
  }
  return std::nullopt;
}

std::optional<pid_t> ReadTracer(const HostView& host, pid_t pid) {
  constexpr std::size_t kLargest = 64UL * 1024;
  const auto text = ReadFileAt(AT_FDCWD, fmt::format("{}/{}/status", host.proc, pid), kLargest);
  return text ? ParseTracer(*text) : std::nullopt;
}

}  // namespace headroom
