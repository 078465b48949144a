#include "explain/study/growth.h"

#include <algorithm>

#include "explain/study/swap_limits.h"

namespace headroom {
namespace {

using std::chrono::nanoseconds;

/// Bytes a second; more is a broken file, and no whole number.
constexpr double kFastest = 1e18;

/// What is large or small is told by the limit.
double Whole(const Case& the_case) {
  const auto& limit = the_case.level.limit;
  const Bytes of = limit && !limit->unlimited() ? limit->bytes() : Mebibytes(64);
  return static_cast<double>(of.value);
}

Bytes ToBytes(double bytes) {
  return Bytes{static_cast<std::uint64_t>(std::clamp(bytes, 0.0, kFastest))};
}

std::optional<nanoseconds> ToLimit(const Case& the_case, const Growth& growth) {
  const auto end = EndOf(the_case, growth);
  if (growth.cache_included || !end) return std::nullopt;
  if (the_case.alive && IsTooOld(the_case, growth.to)) return std::nullopt;
  if (growth.shape != Shape::kSteady && growth.shape != Shape::kBurst) return std::nullopt;
  const double now = static_cast<double>((growth.last + growth.beside).value);
  return TimeAtRate(now, static_cast<double>(end->value), growth.bytes_per_second);
}

/// Whether the limit was met after the last sample, as far as the samples can tell at all: they are
/// of what filled it.
bool IsMetUnseen(const Case& the_case, const GrowthPoints& of) {
  const auto& limit = the_case.level.limit;
  const bool own = the_case.level.kind == LevelKind::kOwn && limit && !limit->unlimited();
  const bool asked_for = the_case.filled == Part::kAnon || the_case.filled == Part::kShmem;
  if (the_case.alive || !own || !asked_for || of.cache_included || of.points.empty()) return false;
  // Both may have been full, or the host's swap: what was held at the kill is not known.
  if (of.with_swap && !the_case.level.with_swap) return false;
  const BootTime last = of.points.back().at;
  return the_case.killed_at && *the_case.killed_at > last && WasWatchedUpToKill(the_case, last);
}

/// A burst whose way to the limit lies behind the last sample: it went there faster than samples
/// were taken. The kill at the limit is the point that nobody sampled.
std::optional<Growth> FindUnseenBurst(const Case& the_case, const GrowthPoints& of) {
  if (!IsMetUnseen(the_case, of)) return std::nullopt;
  const Bytes limit = the_case.level.limit->bytes();
  const double at_kill =
      std::max(0.0, static_cast<double>(limit.value) - static_cast<double>(of.beside.value));
  std::vector<Point> points = of.points;
  points.push_back({.at = *the_case.killed_at, .bytes = at_kill});
  const auto curve = FindCurve(points, Whole(the_case));
  const Point& last = of.points.back();
  if (!curve || curve->shape != Shape::kBurst || curve->first + 1 != of.points.size()) {
    return std::nullopt;
  }
  return Growth{.shape = Shape::kBurst,
                .bytes_per_second = std::min(curve->bytes_per_second, kFastest),
                .duration = *the_case.killed_at - last.at,
                .fit = {},
                .samples = 1,
                .from = last.at,
                .to = *the_case.killed_at,
                .first = ToBytes(last.bytes),
                .last = limit,
                .low = ToBytes(last.bytes),
                .high = limit,
                .beside = of.beside,
                .level_before = last.at - points[curve->level_from].at,
                .unsampled = true,
                .with_swap = of.with_swap,
                .first_pressure = {},
                .to_limit = {}};
}

}  // namespace

std::string_view ShapeName(Shape shape) {
  switch (shape) {
    case Shape::kSteady:
      return "steady";
    case Shape::kBurst:
      return "burst";
    case Shape::kSawtooth:
      return "sawtooth";
    case Shape::kPlateau:
      return "plateau";
  }
  return "plateau";
}

std::optional<nanoseconds> TimeAtRate(double from, double to, double bytes_per_second) {
  constexpr double kLongest = 365.0 * 24 * 3600;
  if (!(bytes_per_second > 0)) return std::nullopt;
  const double seconds = std::max(0.0, to - from) / bytes_per_second;
  if (!(seconds <= kLongest)) return std::nullopt;
  return std::chrono::duration_cast<nanoseconds>(std::chrono::duration<double>(seconds));
}

std::optional<Bytes> EndOf(const Case& the_case, const Growth& growth) {
  if (growth.with_swap) return LimitOfBoth(the_case);
  const auto& limit = the_case.level.limit;
  const bool own = the_case.level.kind == LevelKind::kOwn;
  return own && limit && !limit->unlimited() ? std::optional(limit->bytes()) : std::nullopt;
}

std::optional<Growth> FindGrowth(const Case& the_case) {
  const auto samples = SamplesUpToKill(the_case);
  const GrowthPoints of = PointsOf(the_case, samples);
  const auto curve = FindCurve(of.points, Whole(the_case));
  if (!curve || curve->shape == Shape::kPlateau) {
    if (auto burst = FindUnseenBurst(the_case, of)) return burst;
  }
  if (!curve) return std::nullopt;
  const Point& first = of.points[curve->first];
  const Point& last = of.points.back();
  Growth growth{.shape = curve->shape,
                .bytes_per_second = std::clamp(curve->bytes_per_second, 0.0, kFastest),
                .duration = last.at - first.at,
                .fit = curve->fit,
                .samples = of.points.size() - curve->first,
                .falls = curve->falls,
                .from = first.at,
                .to = last.at,
                .first = ToBytes(first.bytes),
                .last = ToBytes(last.bytes),
                .low = ToBytes(curve->low),
                .high = ToBytes(curve->high),
                .beside = of.beside,
                .level_before = {},
                .cache_included = of.cache_included,
                .with_swap = of.with_swap,
                .first_pressure = FindFirstPressure(the_case, samples, first.at),
                .to_limit = {}};
  if (curve->shape == Shape::kBurst) {
    growth.level_before = first.at - of.points[curve->level_from].at;
  }
  growth.to_limit = ToLimit(the_case, growth);
  return growth;
}

}  // namespace headroom
