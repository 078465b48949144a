#include "explain/study/robust.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace headroom {
namespace {

struct Weighed {
  double value = 0;
  double weight = 0;
};

double WeighedMedian(std::vector<Weighed> all) {
  if (all.empty()) return 0;
  std::ranges::sort(all, {}, &Weighed::value);
  const double sum =
      std::accumulate(all.begin(), all.end(), 0.0,
                      [](double so_far, const Weighed& one) { return so_far + one.weight; });
  double below = 0;
  for (const Weighed& one : all) {
    below += one.weight;
    if (below >= sum / 2) return one.value;
  }
  return all.back().value;
}

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

}  // namespace

double SecondsBetween(const Point& from, const Point& to) {
  return std::chrono::duration<double>(to.at - from.at).count();
}

double RobustSlope(std::span<const Point> points) {
  std::vector<Weighed> slopes;
  slopes.reserve(points.size() * points.size() / 2);
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (std::size_t j = i + 1; j < points.size(); ++j) {
      const double seconds = SecondsBetween(points[i], points[j]);
      if (seconds <= 0) continue;
      slopes.push_back({(points[j].bytes - points[i].bytes) / seconds, seconds});
    }
  }
  return WeighedMedian(std::move(slopes));
}

double NoiseOf(std::span<const Point> points) {
  constexpr double kDeviationOfMedian = 1.4826;  // of a normal distribution, from its median
  constexpr double kOffNeighbours = 1.25;        // noise of three points, between sqrt(1.5) and 1.4
  std::vector<double> off;
  for (std::size_t i = 1; i + 1 < points.size(); ++i) {
    const double slope =
        (points[i + 1].bytes - points[i - 1].bytes) / SecondsBetween(points[i - 1], points[i + 1]);
    const double between = points[i - 1].bytes + slope * SecondsBetween(points[i - 1], points[i]);
    off.push_back(std::abs(points[i].bytes - between));
  }
  return kDeviationOfMedian * Median(std::move(off)) / kOffNeighbours;
}

Range RangeOf(std::span<const Point> points) {
  const auto [low, high] = std::ranges::minmax_element(points, {}, &Point::bytes);
  return {low->bytes, high->bytes};
}

void Line::Add(double x, double y) {
  ++count_;
  x_ += x, y_ += y, xx_ += x * x, xy_ += x * y, yy_ += y * y;
}

double Line::Slope() const {
  const double spread = SpreadOfX();
  return spread <= 0 ? 0 : Covariance() / spread;
}

double Line::Fit() const {
  const double spread_y = yy_ - y_ * y_ / static_cast<double>(count_);
  const double spread_x = SpreadOfX();
  if (spread_x <= 0 || spread_y <= 0) return 0;
  return std::min(1.0, Covariance() * Covariance() / (spread_x * spread_y));
}

double Line::SpreadOfX() const { return xx_ - x_ * x_ / static_cast<double>(count_); }
double Line::Covariance() const { return xy_ - x_ * y_ / static_cast<double>(count_); }

}  // namespace headroom
