#include "explain/study/curve.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "explain/study/robust.h"

namespace headroom {
namespace {

using Points = std::span<const Point>;

constexpr std::size_t kMostPoints = 256;  // twice what the recorder keeps
constexpr std::size_t kFewestPoints = 4;
/// Shares of the whole. Less than the first is noise of the counters, not growth; a sawtooth's
/// teeth and a burst are what a person would call so on a chart.
constexpr double kSmallestRise = 0.05;
constexpr double kSmallestTooth = 0.15;
constexpr double kSmallestBurst = 0.20;
constexpr double kLevel = 0.05;        // the range of what is called level
constexpr double kLevelSlope = 0.02;   // and what its trend may add up to
constexpr double kBeforeBurst = 0.10;  // the range of what was before a burst
/// Noise of a normal distribution hardly ever goes further apart than this many deviations.
constexpr double kNoiseApart = 6;

/// What all the steps below ask for.
struct Scale {
  double whole = 0;
  double noise = 0;
  [[nodiscard]] double AtLeast(double share) const {
    return std::max(share * whole, kNoiseApart * noise);
  }
};

/// Places where the curve turns, each by at least `height`: a low point, a high one, and so on.
struct Turns {
  std::vector<std::size_t> peaks;
  std::vector<std::size_t> troughs;  ///< those behind a peak
};

Turns FindTurns(Points points, double height) {
  Turns turns;
  std::size_t high = 0;
  std::size_t low = 0;
  bool falling = false;
  for (std::size_t i = 1; i < points.size(); ++i) {
    if (points[i].bytes > points[high].bytes) high = i;
    if (points[i].bytes < points[low].bytes) low = i;
    if (!falling && points[high].bytes - points[i].bytes >= height) {
      turns.peaks.push_back(high);
      falling = true;
      low = i;
    } else if (falling && points[i].bytes - points[low].bytes >= height) {
      turns.troughs.push_back(low);
      falling = false;
      high = i;
    }
  }
  if (falling) turns.troughs.push_back(low);
  return turns;
}

/// The last climb takes much longer than the teeth before it: the program does something else now.
bool LeftTheTeeth(Points points, const Turns& turns) {
  const auto& troughs = turns.troughs;
  const double teeth = SecondsBetween(points[turns.peaks.front()], points[troughs.back()]);
  const double last = SecondsBetween(points[troughs.back()], points.back());
  return last > 2 * teeth / static_cast<double>(troughs.size() - 1);
}

/// Where the climb to the first peak began, however long it was level before.
std::size_t FootOf(Points points, std::size_t peak, double height) {
  const Range range = RangeOf(points.first(peak + 1));
  std::size_t foot = peak;
  while (foot > 0 && points[foot].bytes > range.low + height / 4) --foot;
  return foot;
}

std::optional<Curve> AsSawtooth(Points points, const Turns& turns, const Scale& scale) {
  constexpr std::size_t kFewestPointsOfTeeth = 8;
  const auto& troughs = turns.troughs;
  if (troughs.size() < 2 || points.size() < kFewestPointsOfTeeth) return std::nullopt;
  // What fell and did not rise again is no tooth.
  const double risen = points.back().bytes - points[troughs.back()].bytes;
  const std::size_t teeth = troughs.size() - (risen < scale.AtLeast(kSmallestTooth) ? 1 : 0);
  if (teeth < 2 || LeftTheTeeth(points, turns)) return std::nullopt;
  const std::size_t foot = FootOf(points, turns.peaks.front(), scale.AtLeast(kSmallestTooth));
  const Range range = RangeOf(points.subspan(foot));
  Curve curve{.shape = Shape::kSawtooth,
              .first = foot,
              .low = range.low,
              .high = range.high,
              .falls = troughs.size()};
  std::vector<Point> lows;
  lows.reserve(troughs.size());
  for (const std::size_t trough : troughs) lows.push_back(points[trough]);
  const double slope = lows.size() < 3 ? 0 : RobustSlope(lows);
  const double rise = slope * SecondsBetween(lows.front(), lows.back());
  if (rise >= scale.AtLeast(kSmallestRise)) curve.bytes_per_second = slope;
  return curve;
}

/// Whether both halves rise alike: a level stretch with a climb behind it fits a line well enough
/// to be mistaken for one.
bool HalvesAgree(Points points) {
  constexpr double kAtMost = 2;
  const std::size_t half = points.size() / 2;
  const double first = RobustSlope(points.first(half));
  const double second = RobustSlope(points.subspan(half));
  return first > 0 && second > 0 && first <= kAtMost * second && second <= kAtMost * first;
}

/// Whether the line through all of `points` is what they are.
bool IsALine(Points points, const Line& line, const Scale& scale) {
  constexpr double kGoodFit = 0.98;
  constexpr double kNoisyFit = 0.90;
  constexpr std::size_t kFewestNoisyPoints = 8;
  if (points.size() < kFewestPoints || line.Slope() <= 0 || line.Fit() < kNoisyFit) return false;
  const double rise = line.Slope() * SecondsBetween(points.front(), points.back());
  if (rise < scale.AtLeast(kSmallestRise)) return false;
  if (points.size() >= kFewestNoisyPoints && !HalvesAgree(points)) return false;
  return line.Fit() >= kGoodFit || points.size() >= kFewestNoisyPoints;
}

/// The longest line up to the last point.
std::optional<Curve> AsLine(Points points, const Scale& scale) {
  Line line;
  std::vector<Line> lines;  // from the last point backwards
  for (std::size_t i = points.size(); i-- > 0;) {
    line.Add(-SecondsBetween(points[i], points.back()), points[i].bytes - points.back().bytes);
    lines.push_back(line);
  }
  for (std::size_t first = 0; first + kFewestPoints <= points.size(); ++first) {
    const Points stretch = points.subspan(first);
    const Line& of_stretch = lines[stretch.size() - 1];
    if (!IsALine(stretch, of_stretch, scale)) continue;
    const Range range = RangeOf(stretch);
    return Curve{.shape = Shape::kSteady,
                 .bytes_per_second = RobustSlope(stretch),
                 .first = first,
                 .fit = of_stretch.Fit(),
                 .low = range.low,
                 .high = range.high};
  }
  return std::nullopt;
}

/// The first of the points before `end` from which on all lie close together.
std::size_t LevelBefore(Points points, std::size_t end, double width) {
  std::size_t first = end;
  double low = points[end - 1].bytes;
  double high = low;
  while (first > 0) {
    low = std::min(low, points[first - 1].bytes);
    high = std::max(high, points[first - 1].bytes);
    if (high - low > width) break;
    --first;
  }
  return first;
}

/// Whether a level stretch before `rise` makes what follows a burst; notes it in `curve`.
bool BurstsFrom(Points points, std::size_t rise, const Scale& scale, Curve& curve) {
  constexpr double kLongestBurst = 30;  // seconds
  constexpr double kLevelLonger = 2;    // than the burst
  if (rise + 1 < kFewestPoints) return false;
  const std::size_t level = LevelBefore(points, rise + 1, scale.AtLeast(kBeforeBurst));
  const double lasted = SecondsBetween(points[rise], points.back());
  const bool was_level = rise + 1 - level >= kFewestPoints &&
                         SecondsBetween(points[level], points[rise]) >= kLevelLonger * lasted;
  const double risen = points.back().bytes - points[rise].bytes;
  if (!was_level || lasted > kLongestBurst || risen < scale.AtLeast(kSmallestBurst)) return false;
  curve.shape = Shape::kBurst;
  curve.level_from = level;
  return true;
}

/// A rise too quick for the samples to be a line: at most three of them are above the level.
std::optional<Curve> AsJump(Points points, const Scale& scale) {
  constexpr std::size_t kMostAbove = 3;
  for (std::size_t above = 1; above <= kMostAbove && above < points.size(); ++above) {
    const std::size_t rise = points.size() - 1 - above;
    const Points stretch = points.subspan(rise);
    if (!std::ranges::is_sorted(stretch, {}, &Point::bytes)) break;
    const Range range = RangeOf(stretch);
    Curve curve{.first = rise, .low = range.low, .high = range.high};
    if (!BurstsFrom(points, rise, scale, curve)) continue;
    curve.bytes_per_second = range.width() / SecondsBetween(points[rise], points.back());
    return curve;
  }
  return std::nullopt;
}

std::optional<Curve> AsPlateau(Points points, const Scale& scale) {
  constexpr std::size_t kFewestLevelPoints = 8;
  constexpr double kShortestLevel = 10;  // seconds
  // Of what is quiet hardly anything is recorded: then it takes longer, and fewer points.
  constexpr double kLongLevel = 30;  // seconds
  const double width =
      std::max(kLevel * scale.whole, std::min(kNoiseApart * scale.noise, 2 * kLevel * scale.whole));
  const std::size_t first = LevelBefore(points, points.size(), width);
  const Points level = points.subspan(first);
  const double lasted = SecondsBetween(level.front(), level.back());
  const bool many = level.size() >= kFewestLevelPoints && lasted >= kShortestLevel;
  const bool for_long = level.size() >= kFewestPoints && lasted >= kLongLevel;
  if (!many && !for_long) return std::nullopt;
  // A slow leak seen for a short time is no plateau either.
  if (std::abs(RobustSlope(level)) * lasted > kLevelSlope * scale.whole) return std::nullopt;
  const Range range = RangeOf(level);
  return Curve{.shape = Shape::kPlateau, .first = first, .low = range.low, .high = range.high};
}

/// Of what lies behind the last fall.
std::optional<Curve> AfterTheLastFall(Points points, const Scale& scale) {
  if (points.size() < kFewestPoints) return std::nullopt;
  if (auto line = AsLine(points, scale)) {
    (void)BurstsFrom(points, line->first, scale, *line);
    return line;
  }
  if (auto jump = AsJump(points, scale)) return jump;
  return AsPlateau(points, scale);
}

}  // namespace

std::optional<Curve> FindCurve(const std::vector<Point>& all, double whole) {
  const std::size_t skipped = all.size() > kMostPoints ? all.size() - kMostPoints : 0;
  const Points points = Points(all).subspan(skipped);
  if (points.size() < kFewestPoints || !(whole > 0)) return std::nullopt;
  const Scale scale{.whole = whole, .noise = NoiseOf(points)};
  const Turns turns = FindTurns(points, scale.AtLeast(kSmallestTooth));
  std::optional<Curve> curve = AsSawtooth(points, turns, scale);
  std::size_t first = skipped;
  if (!curve) {
    const std::size_t behind = turns.troughs.empty() ? 0 : turns.troughs.back();
    curve = AfterTheLastFall(points.subspan(behind), scale);
    first += behind;
  }
  if (!curve) return std::nullopt;
  curve->first += first;
  curve->level_from += first;
  return curve;
}

}  // namespace headroom
