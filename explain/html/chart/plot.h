#pragma once

#include <chrono>
#include <string_view>

#include "base/clock.h"
#include "explain/html/chart/timeline.h"

namespace headroom {

/// Where things stand in a drawing of a timeline: one for a wide page and one for a narrow one, as
/// letters that are shrunk with a drawing cannot be read on a phone. Units of its viewBox.
struct PlotSize {
  std::string_view css_class;  ///< "wide" or "narrow"
  double width = 0;
  double height = 0;
  double left = 0;  ///< of the plot itself
  double right = 0;
  double top = 0;
  double bottom = 0;
  std::size_t most_times = 0;  ///< labels along the time
};
inline constexpr PlotSize kWidePlot = {"wide", 860, 320, 66, 846, 40, 280, 9};
inline constexpr PlotSize kNarrowPlot = {"narrow", 340, 280, 58, 332, 40, 238, 4};

/// Times and amounts to places. Amounts are numbers with a fraction, so that a sum of broken ones
/// does not wrap.
class Plot {
 public:
  Plot(const PlotSize& size, const TimelineChart& chart);

  [[nodiscard]] double X(BootTime at) const;
  [[nodiscard]] double Y(double bytes) const;
  [[nodiscard]] const PlotSize& size() const { return size_; }
  [[nodiscard]] Bytes top() const { return top_; }  ///< the largest amount of the scale
  [[nodiscard]] std::chrono::nanoseconds span() const { return end_ - begin_; }

 private:
  PlotSize size_;
  BootTime begin_{};
  BootTime end_{};
  Bytes top_;
};

/// All parts of a sample, from the bottom up to and with `part`.
[[nodiscard]] double PiledUp(const TimelineChart& chart, const Sample& sample, MemoryPart part);

}  // namespace headroom
