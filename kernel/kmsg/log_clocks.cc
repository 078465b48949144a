#include "kernel/kmsg/log_clocks.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>

#include "base/file.h"
#include "base/text.h"

namespace headroom {
namespace {

using std::chrono::microseconds;

/// "NAME   : MILLISECONDS.NANOSECONDS", six digits behind the point.
std::optional<microseconds> ValueOf(std::string_view name, std::string_view line) {
  constexpr std::size_t kDigits = 6;
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || Trimmed(line.substr(0, colon)) != name)
    return std::nullopt;
  const std::string_view value = Trimmed(line.substr(colon + 1));
  const std::size_t point = value.find('.');
  if (point == std::string_view::npos || value.size() - point - 1 != kDigits) return std::nullopt;
  const auto milliseconds = ParseUint64(value.substr(0, point));
  const auto nanoseconds = ParseUint64(value.substr(point + 1));
  // A thousand years, so that nothing overflows.
  constexpr std::uint64_t kMost = 1000ULL * 366 * 24 * 3600 * 1000;
  if (!milliseconds || !nanoseconds || *milliseconds > kMost) return std::nullopt;
  return microseconds(static_cast<std::int64_t>(*milliseconds * 1000 + *nanoseconds / 1000));
}

/// No more than that: the kernel makes the file row by row as it is read, and the rows behind the
/// head list every task of the machine.
Result<std::string> ReadHead(const std::string& file) {
  const auto fd = OpenAt(AT_FDCWD, file, O_RDONLY);
  if (!fd) return std::unexpected(fd.error());
  std::array<char, 512> head{};
  const ssize_t got = read(fd->get(), head.data(), head.size());
  if (got < 0) return SystemError(file, "cannot be read");
  return std::string(head.data(), static_cast<std::size_t>(got));
}

}  // namespace

std::optional<LogClocks> ParseLogClocks(std::string_view sched_debug) {
  std::optional<microseconds> monotonic;
  std::optional<microseconds> log;
  // A line without its end may be cut.
  while (sched_debug.find('\n') != std::string_view::npos) {
    const auto line = TakeLine(sched_debug);
    if (!monotonic) monotonic = ValueOf("ktime", *line);
    if (!log) log = ValueOf("cpu_clk", *line);
  }
  if (!monotonic || !log) return std::nullopt;
  return LogClocks{.monotonic = *monotonic, .log = *log};
}

std::vector<std::string> SchedDebugFiles() {
  return {"/sys/kernel/debug/sched/debug", "/proc/sched_debug"};
}

Result<LogClocks> ReadLogClocks(const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    const auto head = ReadHead(file);
    const auto clocks = head ? ParseLogClocks(*head) : std::nullopt;
    if (clocks) return *clocks;
  }
  return MakeError(ErrorCode::kNotFound, "the scheduler's debug file",
                   "no readable one states \"ktime\" and \"cpu_clk\"");
}

}  // namespace headroom
