#include "evidence/wall_text.h"

#include <fmt/format.h>

#include "base/text.h"

namespace headroom {
namespace {

std::optional<unsigned> Digits(std::string_view text, std::size_t at, std::size_t count) {
  const auto number = ParseUint64(text.substr(at, count));
  return number ? std::optional(static_cast<unsigned>(*number)) : std::nullopt;
}

std::optional<std::chrono::sys_days> ParseDate(std::string_view text) {
  const auto year = Digits(text, 0, 4);
  const auto month = Digits(text, 5, 2);
  const auto day = Digits(text, 8, 2);
  if (!year || !month || !day || text[4] != '-' || text[7] != '-') return std::nullopt;
  if (*year < 1970 || *year > 2200) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(*month), std::chrono::day(*day)};
  return date.ok() ? std::optional(std::chrono::sys_days(date)) : std::nullopt;
}

std::optional<std::chrono::seconds> ParseTimeOfDay(std::string_view text) {
  const auto hour = Digits(text, 0, 2);
  const auto minute = Digits(text, 3, 2);
  const auto second = Digits(text, 6, 2);
  if (!hour || !minute || !second || text[2] != ':' || text[5] != ':') return std::nullopt;
  if (*hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second);
}

/// What stands between the seconds and the "Z": nothing, or a point and 1 to 9 digits.
std::optional<std::chrono::nanoseconds> ParseFraction(std::string_view text) {
  if (text.empty()) return std::chrono::nanoseconds(0);
  if (text.front() != '.' || text.size() < 2 || text.size() > 10) return std::nullopt;
  auto number = ParseUint64(text.substr(1));
  if (!number) return std::nullopt;
  for (std::size_t digits = text.size() - 1; digits < 9; ++digits) *number *= 10;
  return std::chrono::nanoseconds(static_cast<std::int64_t>(*number));
}

}  // namespace

std::optional<WallTime> ParseIso8601(std::string_view text) {
  constexpr std::size_t kSecondsEnd = 19;  // "2026-11-21T03:12:44"
  if (text.size() < kSecondsEnd + 1 || text[10] != 'T' || text.back() != 'Z') return std::nullopt;
  const auto date = ParseDate(text);
  const auto time = ParseTimeOfDay(text.substr(11, 8));
  const auto fraction = ParseFraction(text.substr(kSecondsEnd, text.size() - kSecondsEnd - 1));
  if (!date || !time || !fraction) return std::nullopt;
  return WallTime(date->time_since_epoch()) + *time + *fraction;
}

std::optional<WallTime> ParseRfc3339(std::string_view text) {
  if (text.ends_with('Z')) return ParseIso8601(text);
  constexpr std::size_t kOffset = 6;  // "+01:00"
  if (text.size() < kOffset) return std::nullopt;
  const std::string_view offset = text.substr(text.size() - kOffset);
  const auto hours = ParseUint64(offset.substr(1, 2));
  const auto minutes = ParseUint64(offset.substr(4, 2));
  const bool plain = (offset[0] == '+' || offset[0] == '-') && offset[3] == ':';
  if (!plain || !hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const auto local = ParseIso8601(fmt::format("{}Z", text.substr(0, text.size() - kOffset)));
  if (!local) return std::nullopt;
  const std::chrono::minutes ahead(static_cast<std::int64_t>(*hours * 60 + *minutes));
  return offset[0] == '+' ? *local - ahead : *local + ahead;
}

}  // namespace headroom
