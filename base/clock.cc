#include "base/clock.h"

#include <fmt/format.h>

#include <ctime>

namespace headroom {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

nanoseconds ReadClock(clockid_t clock) {
  timespec now{};
  (void)clock_gettime(clock, &now);  // cannot fail for the two clocks we ask for
  return seconds(now.tv_sec) + nanoseconds(now.tv_nsec);
}

/// Not by gmtime_r, which reads the machine's time zone first, and that is several files.
std::string DateAndTime(WallTime time, char between) {
  const std::chrono::sys_time<nanoseconds> moment(time);
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<seconds>(moment - day));
  return fmt::format("{:04}-{:02}-{:02}{}{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     between, clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

}  // namespace

BootTime NowBoot() { return ReadClock(CLOCK_BOOTTIME); }
WallTime NowWall() { return ReadClock(CLOCK_REALTIME); }

std::string ToIso8601(WallTime time) {
  const auto millis = duration_cast<milliseconds>(time).count() % 1000;
  return fmt::format("{}.{:03}Z", DateAndTime(time, 'T'), millis);
}

std::string ToFileStamp(WallTime time) {
  std::string stamp = DateAndTime(time, 'T');
  std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
  return stamp + "Z";
}

std::string ToPersonalText(WallTime time) { return DateAndTime(time, ' ') + " UTC"; }

std::string ToText(nanoseconds duration) {
  const auto millis = duration_cast<milliseconds>(duration).count();
  if (millis < 200) return fmt::format("{} ms", millis);
  if (millis < 10'000) return fmt::format("{:.1f} s", static_cast<double>(millis) / 1000.0);
  const auto whole = duration_cast<seconds>(duration).count();
  if (whole < 120) return fmt::format("{} s", whole);
  if (whole < 7200) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

}  // namespace headroom
