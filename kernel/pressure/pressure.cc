#include "kernel/pressure/pressure.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string>

#include "base/text.h"

namespace headroom {
namespace {

constexpr const char* kMemoryPressure = "memory.pressure";

/// "12.34": digits, a point, two digits (kernel/sched/psi.c prints no other form).
std::optional<double> ParsePercent(std::string_view text) {
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos || text.size() != point + 3) return std::nullopt;
  const auto whole = ParseUint64(text.substr(0, point));
  const auto hundredths = ParseUint64(text.substr(point + 1));
  if (!whole || *whole > 100 || !hundredths) return std::nullopt;
  return static_cast<double>(*whole) + static_cast<double>(*hundredths) / 100;
}

std::optional<std::chrono::microseconds> ParseTotal(std::string_view text) {
  const auto value = ParseUint64(text);
  constexpr auto kMost =
      static_cast<std::uint64_t>(std::numeric_limits<std::chrono::microseconds::rep>::max());
  if (!value || *value > kMost) return std::nullopt;
  return std::chrono::microseconds(*value);
}

/// The value of `key` in "some key=value key=value"; empty when it is not there.
std::string_view ValueOf(const std::vector<std::string_view>& words, std::string_view key) {
  for (const std::string_view word : words) {
    if (word.size() > key.size() && word.starts_with(key) && word[key.size()] == '=') {
      return word.substr(key.size() + 1);
    }
  }
  return {};
}

std::optional<PressureLine> ParseLine(std::string_view line) {
  const auto words = Words(line);
  const auto avg10 = ParsePercent(ValueOf(words, "avg10"));
  const auto avg60 = ParsePercent(ValueOf(words, "avg60"));
  const auto avg300 = ParsePercent(ValueOf(words, "avg300"));
  const auto total = ParseTotal(ValueOf(words, "total"));
  if (!avg10 || !avg60 || !avg300 || !total) return std::nullopt;
  return PressureLine{.avg10 = *avg10, .avg60 = *avg60, .avg300 = *avg300, .total = *total};
}

/// A kernel with PSI switched off shows the file and refuses its use; callers want one answer.
Error AsAbsent(Error error) {
  if (error.errno_value == EOPNOTSUPP) error.code = ErrorCode::kNotFound;
  return error;
}

}  // namespace

Result<Pressure> ParsePressure(std::string_view text) {
  Pressure pressure;
  for (std::size_t number = 1; const auto line = TakeLine(text); ++number) {
    const std::string_view kind = line->substr(0, line->find(' '));
    if (kind != "some" && kind != "full") continue;
    auto& slot = kind == "some" ? pressure.some : pressure.full;
    const auto parsed = ParseLine(*line);
    if (!parsed || slot) {
      constexpr std::size_t kShownBytes = 80;
      return Malformed(fmt::format("pressure:{}", number),
                       fmt::format("found '{}', expected one '{} avg10=N avg60=N avg300=N total=N'",
                                   EscapedForPeople(line->substr(0, kShownBytes)), kind));
    }
    slot = parsed;
  }
  if (!pressure.some && !pressure.full) {
    return Malformed("pressure", "has neither a 'some' nor a 'full' line");
  }
  return pressure;
}

Result<Pressure> ReadMemoryPressure(const CgroupDir& cgroup) {
  const auto text = cgroup.Read(kMemoryPressure);
  if (!text) return std::unexpected(AsAbsent(text.error()));
  return ParsePressure(*text);
}

Result<UniqueFd> OpenMemoryPressureTrigger(const CgroupDir& cgroup, std::chrono::microseconds stall,
                                           std::chrono::microseconds window) {
  auto fd = cgroup.OpenFile(kMemoryPressure, O_RDWR | O_NONBLOCK);
  if (!fd) return std::unexpected(AsAbsent(fd.error()));
  const std::string trigger = fmt::format("some {} {}", stall.count(), window.count());
  const std::size_t size = trigger.size() + 1;  // the kernel takes the NUL for the end of the text
  if (write(fd->get(), trigger.c_str(), size) == static_cast<ssize_t>(size)) return fd;
  const std::string where = EscapedForPeople(cgroup.path()) + "/" + kMemoryPressure;
  const auto error = SystemError(where, fmt::format("did not take the trigger '{}'", trigger));
  return std::unexpected(AsAbsent(error.error()));
}

}  // namespace headroom
