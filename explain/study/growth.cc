#include "explain/study/growth.h"

#include <algorithm>
#include <utility>

namespace headroom {
namespace {

constexpr std::size_t kFewestSamples = 4;
constexpr double kWorstFit = 0.98;
/// Less than this of the limit is noise of the counters, not growth.
constexpr double kSmallestRise = 0.05;

constexpr std::chrono::milliseconds kClocksDiffer{200};
/// Bytes a second; more is a broken file, and no whole number.
constexpr double kFastest = 1e18;

struct Point {
  BootTime at{};
  double bytes = 0;
};

/// What the program itself asked for, where it was sampled often enough; else all that is charged.
struct Points {
  std::vector<Point> points;
  bool charged = false;  ///< memory.current, the page cache included
};

Points PointsOf(const std::vector<Sample>& samples) {
  std::vector<Point> asked;
  std::vector<Point> charged;
  for (const Sample& sample : samples) {
    if (sample.anon && sample.shmem) {
      asked.push_back({sample.at, static_cast<double>((*sample.anon + *sample.shmem).value)});
    }
    if (sample.current) charged.push_back({sample.at, static_cast<double>(sample.current->value)});
  }
  const bool recent = !asked.empty() && !charged.empty() &&
                      charged.back().at - asked.back().at < std::chrono::seconds(1);
  const bool enough = asked.size() >= kFewestSamples && (recent || charged.empty());
  return enough ? Points{std::move(asked), false} : Points{std::move(charged), true};
}

/// Least squares of the points from one to the last, grown backwards: x in seconds and y in bytes,
/// both counted from the last point so that nothing is lost to large numbers.
class Line {
 public:
  void Add(double x, double y) {
    ++count_;
    x_ += x, y_ += y, xx_ += x * x, xy_ += x * y, yy_ += y * y;
  }
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] double Slope() const {
    const double spread = SpreadOfX();
    return spread <= 0 ? 0 : Covariance() / spread;
  }
  [[nodiscard]] double Fit() const {
    const auto n = static_cast<double>(count_);
    const double spread_y = yy_ - y_ * y_ / n;
    const double spread_x = SpreadOfX();
    if (spread_x <= 0 || spread_y <= 0) return 0;
    return Covariance() * Covariance() / (spread_x * spread_y);
  }

 private:
  [[nodiscard]] double SpreadOfX() const { return xx_ - x_ * x_ / static_cast<double>(count_); }
  [[nodiscard]] double Covariance() const { return xy_ - x_ * y_ / static_cast<double>(count_); }

  std::size_t count_ = 0;
  double x_ = 0, y_ = 0, xx_ = 0, xy_ = 0, yy_ = 0;
};

double SmallestRise(const Case& the_case) {
  const auto& limit = the_case.level.limit;
  const Bytes of = limit && !limit->unlimited() ? limit->bytes() : Mebibytes(64);
  return kSmallestRise * static_cast<double>(of.value);
}

/// Then all that is charged grew as what was asked for did.
bool CacheIsSmall(const Case& the_case) {
  const auto& held = the_case.held;
  const auto& limit = the_case.level.limit;
  if (!held || !held->cache || !limit || limit->unlimited()) return false;
  return Share(*held->cache, limit->bytes()) < 0.1;
}

}  // namespace

std::vector<Sample> SamplesUpToKill(const Case& the_case) {
  std::vector<Sample> samples;
  if (!the_case.inputs.timeline) return samples;
  samples = the_case.inputs.timeline->samples;
  std::ranges::sort(samples, {}, &Sample::at);
  if (the_case.killed_at) {
    const auto is_later = [&](const Sample& sample) { return sample.at > *the_case.killed_at; };
    samples.erase(std::ranges::find_if(samples, is_later), samples.end());
  }
  // The clocks of the kernel's log and of the samples differ by a little; the counter tells what
  // was sampled behind the kill.
  const auto earliest = the_case.killed_at ? *the_case.killed_at - kClocksDiffer : BootTime(0);
  for (std::size_t i = samples.size(); i > 1 && samples[i - 1].at >= earliest; --i) {
    const auto& before = samples[i - 2].oom_kill;
    const auto& after = samples[i - 1].oom_kill;
    if (!before || !after || *after <= *before) continue;
    samples.resize(i - 1);
    break;
  }
  return samples;
}

std::optional<Growth> FindGrowth(const Case& the_case) {
  const auto [points, charged] = PointsOf(SamplesUpToKill(the_case));
  if (points.size() < kFewestSamples) return std::nullopt;
  const Point& last = points.back();
  const double smallest_rise = SmallestRise(the_case);
  Line line;
  std::optional<Growth> growth;
  for (auto point = points.rbegin(); point != points.rend(); ++point) {
    const std::chrono::duration<double> x = point->at - last.at;
    line.Add(x.count(), point->bytes - last.bytes);
    const bool rises = last.bytes - point->bytes >= smallest_rise && line.Slope() > 0;
    if (line.count() < kFewestSamples || !rises || line.Fit() < kWorstFit) continue;
    growth = Growth{.bytes_per_second = std::min(line.Slope(), kFastest),
                    .duration = last.at - point->at,
                    .fit = line.Fit(),
                    .samples = line.count(),
                    .from = point->at,
                    .to = last.at,
                    .cache_included = charged && !CacheIsSmall(the_case)};
  }
  return growth;
}

}  // namespace headroom
