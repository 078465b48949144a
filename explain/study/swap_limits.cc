#include "explain/study/swap_limits.h"

#include <algorithm>

#include "explain/study/circumstance.h"
#include "kernel/proc/meminfo.h"

namespace headroom {
namespace {

/// The report of a limit of memory and swap together, with both limits; nullptr: none such was met.
const OomEvent* ReportOfBoth(const Case& the_case) {
  const OomEvent* event = the_case.event();
  const bool tells = the_case.level.with_swap && event != nullptr && event->limit;
  return tells && event->swap_limit ? event : nullptr;
}

/// Whether the host could swap out `more`; true also where its swap was not recorded.
bool HostCanSwap(const Case& the_case, Bytes more) {
  const std::string* text = the_case.evidence().File("host/meminfo");
  const auto meminfo = text == nullptr ? Meminfo{} : ParseMeminfo(*text).value_or(Meminfo{});
  return !meminfo.swap_free || *meminfo.swap_free >= more;
}

}  // namespace

std::optional<Limit> SwapAllowed(const Case& the_case) {
  if (const OomEvent* event = ReportOfBoth(the_case)) {
    return Limit(*event->swap_limit - *event->limit);
  }
  const auto last = LimitInFile(the_case.evidence(), "cgroup/memory.swap.max");
  return last ? last : the_case.container().cgroup.limits.swap_max;
}

std::optional<Limit> MemoryLimit(const Case& the_case) {
  if (!the_case.level.with_swap) return the_case.level.limit;
  if (const OomEvent* event = ReportOfBoth(the_case)) return Limit(*event->limit);
  if (the_case.level.kind != LevelKind::kOwn) return std::nullopt;
  const auto last = LimitInFile(the_case.evidence(), "cgroup/memory.max");
  return last ? last : the_case.container().cgroup.limits.max;
}

bool IsLimitOfBoth(const Case& the_case) {
  return the_case.level.with_swap && SwapAllowed(the_case) != Limit(Bytes{0});
}

std::optional<Bytes> LimitOfBoth(const Case& the_case) {
  const auto& limit = the_case.level.limit;
  if (the_case.level.kind != LevelKind::kOwn || !limit || limit->unlimited()) return std::nullopt;
  if (the_case.level.with_swap) return limit->bytes();
  const auto swap = FindSwapUse(the_case);
  if (!swap || swap->of_host) return std::nullopt;
  // A kill while there was swap left tells of another end: the host's was full, or it was locked.
  const bool is_the_end =
      the_case.alive ? HostCanSwap(the_case, swap->of - swap->used) : swap->exhausted;
  return is_the_end ? std::optional(limit->bytes() + swap->of) : std::nullopt;
}

bool HoldsSwap(const Case& the_case, const std::vector<Sample>& samples) {
  constexpr double kWorthCounting = 0.02;  // less may go up and down in what is called level
  if (IsLimitOfBoth(the_case)) return true;
  const auto limit = MemoryLimit(the_case);
  const Bytes whole = limit && !limit->unlimited() ? limit->bytes() : Mebibytes(64);
  return std::ranges::any_of(samples, [&](const Sample& sample) {
    return sample.swap && Share(*sample.swap, whole) >= kWorthCounting;
  });
}

}  // namespace headroom
