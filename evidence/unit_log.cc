#include "evidence/unit_log.h"

#include <fmt/format.h>

#include <algorithm>

#include "evidence/kept_log.h"

namespace headroom {
namespace {

/// "oom-kill", "start-limit-hit": small letters with "-" between them.
bool IsResult(std::string_view text) {
  constexpr std::size_t kLongest = 40;
  return !text.empty() && text.size() <= kLongest &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
}

}  // namespace

std::string SerializeUnitLog(const std::vector<ContainerLine>& lines) {
  return fmt::format(
             "# What systemd wrote of the unit in the journal since it was enrolled: {} lines\n"
             "# Each is its time, who wrote it, and its text; \\xNN is a byte that cannot be "
             "shown.\n",
             lines.size()) +
         SerializeKeptLines(lines);
}

std::optional<std::string> ResultInLine(std::string_view line, std::string_view unit) {
  constexpr std::string_view kFailed = "Failed with result '";
  constexpr std::string_view kEnd = "'.";
  if (unit.empty() || !line.starts_with(unit)) return std::nullopt;
  line.remove_prefix(unit.size());
  if (!line.starts_with(": ")) return std::nullopt;
  line.remove_prefix(2);
  if (line == "Deactivated successfully." || line == "Succeeded.") return "success";
  if (!line.starts_with(kFailed) || !line.ends_with(kEnd)) return std::nullopt;
  line.remove_prefix(kFailed.size());
  line.remove_suffix(std::min(kEnd.size(), line.size()));
  return IsResult(line) ? std::optional(std::string(line)) : std::nullopt;
}

}  // namespace headroom
