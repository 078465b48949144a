#include "explain/html/chart/scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace headroom {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

template <typename T>
std::vector<T> MultiplesUpTo(T step, T top, std::size_t most) {
  std::vector<T> ticks;
  T at{};
  for (std::size_t i = 0; i < most && at <= top; ++i, at = at + step) ticks.push_back(at);
  return ticks;
}

}  // namespace

std::vector<Bytes> ByteTicks(Bytes top, std::size_t most) {
  Bytes step{4096};
  // Compared by division, as the multiple may not fit.
  while (top.value / step.value >= most && step.value < (std::uint64_t{1} << 61U)) step.value *= 2;
  return MultiplesUpTo(step, top, most);
}

std::vector<nanoseconds> TimeTicks(nanoseconds span, std::size_t most) {
  constexpr std::array<nanoseconds, 19> kSteps = {100ms, 200ms, 500ms, 1s,   2s,   5s,    10s,
                                                  15s,   30s,   1min,  2min, 5min, 10min, 15min,
                                                  30min, 1h,    2h,    6h,   24h};
  nanoseconds step = kSteps.back();
  for (const nanoseconds candidate : kSteps) {
    if (static_cast<std::size_t>(span / candidate) >= most) continue;
    step = candidate;
    break;
  }
  while (static_cast<std::size_t>(span / step) >= most) step *= 2;
  return MultiplesUpTo(step, std::max(span, 0ns), most);
}

std::string TickText(nanoseconds tick) {
  const auto whole = [&](nanoseconds unit) { return tick.count() % unit.count() == 0; };
  if (tick >= 1h && whole(1h)) return fmt::format("{} h", tick / 1h);
  if (tick >= 1min && whole(1min)) return fmt::format("{} min", tick / 1min);
  if (whole(1s)) return fmt::format("{} s", tick / 1s);
  return fmt::format("{:.1f} s", static_cast<double>(tick.count()) / 1e9);
}

}  // namespace headroom
