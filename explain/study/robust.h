#pragma once

#include <span>

#include "explain/study/curve.h"

namespace headroom {

/// Statistics that a few wrong points do not move. Times of the points are all different.

/// Bytes a second: the median of the slopes between all pairs of points, each weighing as much as
/// it is long. 0 for fewer than two points. Takes the square of their number in time.
[[nodiscard]] double RobustSlope(std::span<const Point> points);

/// The standard deviation of the noise, from how far points lie off the line between their two
/// neighbours: half of the points may be corners of the true curve. 0 for fewer than three points.
[[nodiscard]] double NoiseOf(std::span<const Point> points);

struct Range {
  double low = 0;
  double high = 0;
  [[nodiscard]] double width() const { return high - low; }
};
/// `points` is not empty.
[[nodiscard]] Range RangeOf(std::span<const Point> points);

/// Between two points.
[[nodiscard]] double SecondsBetween(const Point& from, const Point& to);

/// A straight line by least squares, to which points are added one by one. Give x in seconds and y
/// in bytes from a point nearby, so that nothing is lost to large numbers.
class Line {
 public:
  void Add(double x, double y);
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] double Slope() const;  ///< 0 where all points have the same x
  [[nodiscard]] double Fit() const;    ///< r^2, 0..1; 0 where it says nothing

 private:
  [[nodiscard]] double SpreadOfX() const;
  [[nodiscard]] double Covariance() const;

  std::size_t count_ = 0;
  double x_ = 0, y_ = 0, xx_ = 0, xy_ = 0, yy_ = 0;
};

}  // namespace headroom
