#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/clock.h"

namespace headroom {

/// An amount at a moment.
struct Point {
  BootTime at{};
  double bytes = 0;
};

/// How an amount went. The names are those of summary.json.
enum class Shape {
  kSteady,    ///< along a line, upwards
  kBurst,     ///< level for long, then up in a moment
  kSawtooth,  ///< up and down, again and again
  kPlateau,   ///< level
};

/// What the end of a row of points looks like.
struct Curve {
  Shape shape = Shape::kPlateau;
  /// Of the line or the burst; of the low points of a sawtooth, where they rise; else 0.
  double bytes_per_second = 0;
  std::size_t first = 0;      ///< index of the first point that it describes; the last is the last
  std::optional<double> fit;  ///< r^2 of a straight line, 0..1; absent where no line is meant
  double low = 0;             ///< least and most of the points described, in bytes
  double high = 0;
  std::size_t falls = 0;     ///< kSawtooth: how often it fell
  std::size_t level_from{};  ///< kBurst: index of the first point of the level stretch before it
};

/// Decides on the shape, from the oldest point to the newest, their times all different. `whole` is
/// the limit: what is small against it is no shape. nullopt rather than nonsense: fewer than 4
/// points, or none of the shapes fits. Of many points only the last 256 are looked at.
///
/// Robust: slopes are medians of the slopes between all pairs of points, long pairs weighing more,
/// so that neither an odd sample nor a dense stretch of samples decides; what is to count must rise
/// above the noise, as the points themselves show it. Pure.
[[nodiscard]] std::optional<Curve> FindCurve(const std::vector<Point>& points, double whole);

}  // namespace headroom
