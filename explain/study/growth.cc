#include "explain/study/growth.h"

#include <algorithm>

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
  const auto& limit = the_case.level.limit;
  const bool own = the_case.level.kind == LevelKind::kOwn;
  if (growth.cache_included || !own || !limit || limit->unlimited()) return std::nullopt;
  if (the_case.alive && IsTooOld(the_case, growth.to)) return std::nullopt;
  if (growth.shape != Shape::kSteady && growth.shape != Shape::kBurst) return std::nullopt;
  const double now = static_cast<double>((growth.last + growth.beside).value);
  return TimeAtRate(now, static_cast<double>(limit->bytes().value), growth.bytes_per_second);
}

/// Level until the last sample and far below the limit, which was met all the same: it went there
/// faster than samples were taken.
bool JumpedUnseen(const Case& the_case, const Growth& growth) {
  constexpr double kFarBelow = 0.8;
  const auto& limit = the_case.level.limit;
  const bool own = the_case.level.kind == LevelKind::kOwn && limit && !limit->unlimited();
  const bool asked_for = the_case.filled == Part::kAnon || the_case.filled == Part::kShmem;
  if (the_case.alive || !own || !asked_for || growth.cache_included) return false;
  if (!WasWatchedUpToKill(the_case, growth.to)) return false;
  return growth.shape == Shape::kPlateau && the_case.killed_at && *the_case.killed_at > growth.to &&
         Share(growth.high + growth.beside, limit->bytes()) <= kFarBelow;
}

void BecomeABurst(const Case& the_case, Growth& growth) {
  const Bytes limit = the_case.level.limit->bytes();
  growth.shape = Shape::kBurst;
  growth.unsampled = true;
  growth.level_before = growth.duration;
  growth.from = growth.to;
  growth.to = *the_case.killed_at;
  growth.duration = growth.to - growth.from;
  growth.first = growth.last;
  growth.last = growth.high = limit;
  growth.samples = 1;
  const double seconds = std::chrono::duration<double>(growth.duration).count();
  const auto risen = static_cast<double>((limit - growth.first).value);
  growth.bytes_per_second = std::min(risen / seconds, kFastest);
  growth.first_pressure.reset();
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

std::optional<Growth> FindGrowth(const Case& the_case) {
  const auto samples = SamplesUpToKill(the_case);
  const auto [points, cache_included, beside] = PointsOf(the_case, samples);
  const auto curve = FindCurve(points, Whole(the_case));
  if (!curve) return std::nullopt;
  const Point& first = points[curve->first];
  const Point& last = points.back();
  Growth growth{.shape = curve->shape,
                .bytes_per_second = std::clamp(curve->bytes_per_second, 0.0, kFastest),
                .duration = last.at - first.at,
                .fit = curve->fit,
                .samples = points.size() - curve->first,
                .falls = curve->falls,
                .from = first.at,
                .to = last.at,
                .first = ToBytes(first.bytes),
                .last = ToBytes(last.bytes),
                .low = ToBytes(curve->low),
                .high = ToBytes(curve->high),
                .beside = beside,
                .level_before = {},
                .cache_included = cache_included,
                .first_pressure = FindFirstPressure(the_case, samples, first.at),
                .to_limit = {}};
  if (curve->shape == Shape::kBurst) growth.level_before = first.at - points[curve->level_from].at;
  growth.to_limit = ToLimit(the_case, growth);
  if (JumpedUnseen(the_case, growth)) BecomeABurst(the_case, growth);
  return growth;
}

}  // namespace headroom
