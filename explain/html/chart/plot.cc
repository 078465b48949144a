#include "explain/html/chart/plot.h"

#include <algorithm>

namespace headroom {
namespace {

constexpr double kMostBytes = 1e18;
/// A limit far above all that was used is told, not drawn: it would press the rest to the ground.
constexpr double kFarAbove = 8;

double Amount(const std::optional<Bytes>& bytes) {
  return bytes ? static_cast<double>(bytes->value) : 0;
}

double LargestUsed(const TimelineChart& chart) {
  double largest = 0;
  for (const Sample& sample : chart.samples) {
    largest = std::max(largest, Amount(sample.current));
    if (HasParts(chart, sample)) {
      largest = std::max(largest, PiledUp(chart, sample, chart.parts.back()));
    }
  }
  return largest;
}

Bytes TopOf(const TimelineChart& chart) {
  const double used = LargestUsed(chart);
  double top = used;
  for (const double line : {Amount(chart.max), Amount(chart.high)}) {
    if (line <= kFarAbove * used) top = std::max(top, line);
  }
  return Bytes{static_cast<std::uint64_t>(std::clamp(1.05 * top, 4096.0, kMostBytes))};
}

}  // namespace

Plot::Plot(const PlotSize& size, const TimelineChart& chart)
    : size_(size), begin_(chart.samples.front().at), end_(chart.end), top_(TopOf(chart)) {}

double Plot::X(BootTime at) const {
  const auto span = std::max(1.0, static_cast<double>((end_ - begin_).count()));
  const double share = static_cast<double>((at - begin_).count()) / span;
  return size_.left + (size_.right - size_.left) * std::clamp(share, 0.0, 1.0);
}

double Plot::Y(double bytes) const {
  const double share = bytes / static_cast<double>(top_.value);
  return size_.bottom - (size_.bottom - size_.top) * std::clamp(share, 0.0, 1.0);
}

double PiledUp(const TimelineChart& chart, const Sample& sample, MemoryPart part) {
  double sum = 0;
  for (const MemoryPart each : chart.parts) {
    if (each <= part) sum += Amount(PartOf(sample, each));
  }
  return sum;
}

}  // namespace headroom
