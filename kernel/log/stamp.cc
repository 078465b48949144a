#include "kernel/log/stamp.h"

#include <algorithm>
#include <array>
#include <utility>

#include "kernel/log/cursor.h"

namespace headroom {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

constexpr std::array<std::string_view, 7> kDays = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
/// Where no year is stated: one that has every day.
constexpr int kSomeLeapYear = 2000;

struct Date {
  int year = kSomeLeapYear;
  unsigned month = 1;
  unsigned day = 1;
  seconds clock{};
  microseconds fraction{};

  [[nodiscard]] microseconds SinceEpoch() const {
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                           std::chrono::day(day)};
    return std::chrono::sys_days(date).time_since_epoch() + clock + fraction;
  }
};

/// Digits behind a point or comma, as microseconds; what is finer is cut.
std::optional<microseconds> TakeFraction(Cursor& cursor) {
  if (!cursor.Take('.') && !cursor.Take(',')) return std::nullopt;
  constexpr std::size_t kMost = 9;
  const std::size_t before = cursor.rest().size();
  const auto number = cursor.Number(kMost);
  if (!number) return std::nullopt;
  std::uint64_t value = *number;
  std::size_t digits = before - cursor.rest().size();
  for (; digits < 6; ++digits) value *= 10;
  for (; digits > 6; --digits) value /= 10;
  return microseconds(value);
}

/// "14:16:19" and a fraction, if any.
bool TakeClock(Cursor& cursor, Date& date, bool with_seconds = true) {
  const auto hours = cursor.Number(2);
  if (!hours || !cursor.Take(':')) return false;
  const auto minutes = cursor.Number(2);
  if (!minutes) return false;
  date.clock = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  if (!with_seconds) return true;
  if (!cursor.Take(':')) return false;
  const auto count = cursor.Number(2);
  if (!count) return false;
  date.clock += seconds(*count);
  date.fraction = TakeFraction(cursor).value_or(microseconds(0));
  return true;
}

/// The name of a month or day in whatever language, as dmesg and journalctl print the locale's.
bool TakeLocalName(Cursor& cursor) {
  constexpr std::size_t kMostBytes = 16;
  const std::string_view rest = cursor.rest();
  const std::size_t end = std::min(rest.find_first_of(" 0123456789:[]<>()=,/\"'"), rest.size());
  if (end < 2 || end > kMostBytes) return false;
  return cursor.Take(rest.substr(0, end));
}

/// "Nov 23", "Nov  3", "Nov23", "Okt 12"; the month of a language that is not known is any.
bool TakeMonthAndDay(Cursor& cursor, Date& date) {
  const auto month = cursor.OneOf(kMonths);
  if (!month && !TakeLocalName(cursor)) return false;
  cursor.SkipBlanks();
  const auto day = cursor.Number(2);
  if (!day || *day < 1 || *day > 31) return false;
  date.month = static_cast<unsigned>(month.value_or(0)) + 1;
  date.day = static_cast<unsigned>(*day);
  return true;
}

/// "2026-11-23".
bool TakeIsoDay(Cursor& cursor, Date& date) {
  const auto year = cursor.Number(4);
  if (!year || *year < 1970 || !cursor.Take('-')) return false;
  const auto month = cursor.Number(2);
  if (!month || *month < 1 || *month > 12 || !cursor.Take('-')) return false;
  const auto day = cursor.Number(2);
  if (!day || *day < 1 || *day > 31) return false;
  date.year = static_cast<int>(*year);
  date.month = static_cast<unsigned>(*month);
  date.day = static_cast<unsigned>(*day);
  return true;
}

/// "Z", "+0000", "+00:00" or nothing.
void SkipZone(Cursor& cursor) {
  if (cursor.Take('Z') || (!cursor.Take('+') && !cursor.Take('-'))) return;
  (void)cursor.Number(4);
  if (cursor.Take(':')) (void)cursor.Number(2);
}

/// Ends a stamp: the blank behind it, or the end of the line.
std::optional<Stamp> Finish(std::string_view& rest, Cursor& cursor, Stamp stamp) {
  stamp.text = rest.substr(0, rest.size() - cursor.rest().size());
  if (!cursor.Take(' ') && !cursor.AtEnd()) return std::nullopt;
  rest = cursor.rest();
  return stamp;
}

/// The same behind a bracket, where old kernels and callers ("[T12]") follow without a blank.
std::optional<Stamp> FinishBracket(std::string_view& rest, Cursor& cursor, Stamp stamp) {
  if (!cursor.Take(']')) return std::nullopt;
  stamp.text = rest.substr(0, rest.size() - cursor.rest().size());
  (void)cursor.Take(' ');
  rest = cursor.rest();
  return stamp;
}

/// "12.345678".
std::optional<microseconds> TakeSeconds(Cursor& cursor) {
  constexpr std::size_t kMost = 11;  // of digits: three thousand years
  const auto whole = cursor.Number(kMost);
  if (!whole) return std::nullopt;
  const auto fraction = TakeFraction(cursor);
  if (!fraction) return std::nullopt;
  return seconds(*whole) + *fraction;
}

/// "<    0.000012>": since the line before.
std::optional<microseconds> TakeDelta(Cursor& cursor) {
  Cursor trial = cursor;
  if (!trial.Take('<')) return std::nullopt;
  trial.SkipBlanks();
  const auto delta = TakeSeconds(trial);
  if (!delta || !trial.Take('>')) return std::nullopt;
  cursor = trial;
  return delta;
}

/// "Nov 23 14:16:19".
std::optional<Stamp> TakeSyslogDate(std::string_view& rest) {
  Cursor cursor(rest);
  Date date;
  if (!TakeMonthAndDay(cursor, date)) return std::nullopt;
  cursor.SkipBlanks();
  // Some daemons put the year behind the day.
  Cursor with_year = cursor;
  if (const auto year = with_year.Number(4); year && *year >= 1970 && with_year.Take(' ')) {
    date.year = static_cast<int>(*year);
    cursor = with_year;
  }
  if (!TakeClock(cursor, date)) return std::nullopt;
  return Finish(rest, cursor,
                {.text = {}, .time = date.SinceEpoch(), .delta = {}, .names_host = true});
}

/// "2026-11-23T14:16:19+0000". With a T, six digits behind a comma and a zone it is that of dmesg
/// --time-format=iso, which names no host; many programs write a comma and three digits.
std::optional<Stamp> TakeIsoDate(std::string_view& rest) {
  Cursor cursor(rest);
  Date date;
  if (!TakeIsoDay(cursor, date)) return std::nullopt;
  const bool with_t = cursor.Take('T');
  if (!with_t && !cursor.Take(' ')) return std::nullopt;
  std::string_view clock = cursor.rest();
  if (!TakeClock(cursor, date)) return std::nullopt;
  clock = clock.substr(0, clock.size() - cursor.rest().size());
  constexpr std::size_t kCommaAndSix = 7;
  const bool comma =
      clock.size() > kCommaAndSix && clock[clock.size() - kCommaAndSix] == ',' && with_t;
  const std::string_view zone = cursor.rest();
  SkipZone(cursor);
  const bool dmesg = comma && cursor.rest().size() < zone.size();
  Stamp stamp{.text = {}, .time = date.SinceEpoch(), .delta = {}, .names_host = !dmesg};
  stamp.kernel = dmesg;
  return Finish(rest, cursor, stamp);
}

/// "Mon 2026-11-23 14:16:19 UTC".
std::optional<Stamp> TakeFullDate(std::string_view& rest) {
  Cursor cursor(rest);
  Date date;
  if (!cursor.OneOf(kDays) || !cursor.Take(' ') || !TakeIsoDay(cursor, date) || !cursor.Take(' ') ||
      !TakeClock(cursor, date) || !cursor.Take(' ') || cursor.Word().empty()) {
    return std::nullopt;
  }
  return Finish(rest, cursor,
                {.text = {}, .time = date.SinceEpoch(), .delta = {}, .names_host = true});
}

/// "Mon Nov 23 14:16:19 2026".
std::optional<Stamp> TakeLongDate(std::string_view& rest) {
  Cursor cursor(rest);
  Date date;
  if (!cursor.OneOf(kDays) || !cursor.Take(' ') || !TakeMonthAndDay(cursor, date) ||
      !cursor.Take(' ') || !TakeClock(cursor, date) || !cursor.Take(' ')) {
    return std::nullopt;
  }
  const auto year = cursor.Number(4);
  if (!year || *year < 1970) return std::nullopt;
  date.year = static_cast<int>(*year);
  return Finish(rest, cursor,
                {.text = {}, .time = date.SinceEpoch(), .delta = {}, .names_host = true});
}

/// "1795443379.123456".
std::optional<Stamp> TakeUnixTime(std::string_view& rest) {
  Cursor cursor(rest);
  const auto time = TakeSeconds(cursor);
  if (!time || *time < seconds(100'000'000)) return std::nullopt;
  return Finish(rest, cursor, {.text = {}, .time = time, .delta = {}, .names_host = true});
}

}  // namespace

std::optional<Stamp> TakeBootStamp(std::string_view& rest) {
  Cursor cursor(rest);
  if (!cursor.Take('[')) return std::nullopt;
  if (const auto delta = TakeDelta(cursor)) {
    return FinishBracket(rest, cursor, {.text = {}, .time = {}, .delta = delta, .kernel = true});
  }
  cursor.SkipBlanks();
  const bool since_last = cursor.Take('+');
  const auto time = TakeSeconds(cursor);
  if (!time) return std::nullopt;
  cursor.SkipBlanks();
  (void)TakeDelta(cursor);
  Stamp stamp{.text = {}, .time = time, .delta = {}, .kernel = true};
  if (since_last) std::swap(stamp.time, stamp.delta);
  return FinishBracket(rest, cursor, stamp);
}

std::optional<Stamp> TakeBracketedDate(std::string_view& rest) {
  Cursor cursor(rest);
  Date date;
  if (!cursor.Take('[')) return std::nullopt;
  // A day of the week comes before the month, in whatever language.
  Cursor trial = cursor;
  const bool with_year = TakeLocalName(trial) && trial.Take(' ') && !trial.rest().empty() &&
                         (trial.rest().front() < '0' || trial.rest().front() > '9') &&
                         trial.rest().front() != ' ';
  if (with_year) cursor = trial;
  if (!TakeMonthAndDay(cursor, date) || !cursor.Take(' ')) return std::nullopt;
  if (!TakeClock(cursor, date, with_year)) return std::nullopt;
  if (with_year) {
    const auto year = cursor.Take(' ') ? cursor.Number(4) : std::nullopt;
    if (!year) return std::nullopt;
    date.year = static_cast<int>(*year);
    if (cursor.Take(' ')) cursor.SkipBlanks();
    (void)TakeDelta(cursor);
  }
  return FinishBracket(rest, cursor,
                       {.text = {}, .time = date.SinceEpoch(), .delta = {}, .kernel = true});
}

std::optional<Stamp> TakeDate(std::string_view& rest) {
  if (auto stamp = TakeSyslogDate(rest)) return stamp;
  if (auto stamp = TakeIsoDate(rest)) return stamp;
  if (auto stamp = TakeFullDate(rest)) return stamp;
  if (auto stamp = TakeLongDate(rest)) return stamp;
  return TakeUnixTime(rest);
}

}  // namespace headroom
