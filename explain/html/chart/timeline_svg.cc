#include "explain/html/chart/timeline_svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <ranges>
#include <string>
#include <vector>

#include "explain/html/chart/plot.h"
#include "explain/html/chart/scale.h"

namespace headroom {
namespace {

using std::chrono::nanoseconds;
using Run = std::vector<const Sample*>;

/// Samples that are drawn as one line: no longer apart than the recorder may be.
std::vector<Run> RunsOf(const std::vector<Sample>& samples,
                        const std::function<bool(const Sample&)>& has_value) {
  std::vector<Run> runs;
  for (const Sample& sample : samples) {
    if (!has_value(sample)) continue;
    const bool joins = !runs.empty() && sample.at - runs.back().back()->at <= kLongestStep;
    if (!joins) runs.emplace_back();
    runs.back().push_back(&sample);
  }
  return runs;
}

void PutPoint(std::string& path, char command, double x, double y) {
  path += fmt::format("{}{:.1f} {:.1f}", command, x, y);
}

/// The upper edge of a part from left to right, the lower one back.
std::string AreaPath(const TimelineChart& chart, const Plot& plot, const Run& run,
                     MemoryPart part) {
  std::string path;
  for (const Sample* sample : run) {
    PutPoint(path, path.empty() ? 'M' : 'L', plot.X(sample->at),
             plot.Y(PiledUp(chart, *sample, part)));
  }
  for (const Sample* sample : run | std::views::reverse) {
    const auto own = static_cast<double>(PartOf(*sample, part).value_or(Bytes{}).value);
    PutPoint(path, 'L', plot.X(sample->at), plot.Y(PiledUp(chart, *sample, part) - own));
  }
  return path + 'Z';
}

void PutAreas(Markup& out, const TimelineChart& chart, const Plot& plot) {
  const auto runs =
      RunsOf(chart.samples, [&](const Sample& sample) { return HasParts(chart, sample); });
  for (const MemoryPart part : chart.parts) {
    std::string path;
    for (const Run& run : runs) path += AreaPath(chart, plot, run, part);
    const SafeText shape = Text(path);
    out.Put({"<path class=\"", Text(PartClass(part)), "\" d=\"", shape, "\"/>"});
    const SafeText texture = TextureOf(part);
    if (!texture.text.empty()) out.Put({"<path ", texture, " d=\"", shape, "\"/>"});
  }
}

void PutUsed(Markup& out, const TimelineChart& chart, const Plot& plot) {
  const auto has_current = [](const Sample& sample) { return sample.current.has_value(); };
  std::string path;
  Markup dots;
  for (const Run& run : RunsOf(chart.samples, has_current)) {
    for (const Sample* sample : run) {
      const double x = plot.X(sample->at);
      const double y = plot.Y(static_cast<double>(sample->current->value));
      PutPoint(path, sample == run.front() ? 'M' : 'L', x, y);
      dots.Put({"<circle class=\"dot\" cx=\"", Coordinate(x), "\" cy=\"", Coordinate(y),
                "\" r=\"1.8\"/>"});
    }
  }
  if (path.empty()) return;
  out.Put({"<path class=\"used\" d=\"", Text(path), "\"/>"});
  out.Put(dots);
}

/// What nobody saw: shaded, and named where there is room.
void PutGaps(Markup& out, const TimelineChart& chart, const Plot& plot) {
  constexpr double kRoomForWords = 90;
  BootTime before = chart.samples.front().at;
  std::vector<BootTime> times;
  times.reserve(chart.samples.size() + 1);
  for (const Sample& sample : chart.samples) times.push_back(sample.at);
  times.push_back(chart.end);
  const PlotSize& size = plot.size();
  for (const BootTime at : times) {
    const double x = plot.X(before);
    const double width = plot.X(at) - x;
    const bool gap = at - before > kLongestStep;
    before = at;
    if (!gap) continue;
    out.Put({"<rect class=\"gap\" x=\"", Coordinate(x), "\" y=\"", Coordinate(size.top),
             "\" width=\"", Coordinate(width), "\" height=\"", Coordinate(size.bottom - size.top),
             "\"/>"});
    if (width < kRoomForWords) continue;
    out.Put({"<text text-anchor=\"middle\" x=\"", Coordinate(x + width / 2), "\" y=\"",
             Coordinate((size.top + size.bottom) / 2), "\">no samples</text>"});
  }
}

void PutLine(Markup& out, Piece css_class, double x1, double y1, double x2, double y2) {
  out.Put({"<line class=\"", css_class, "\" x1=\"", Coordinate(x1), "\" y1=\"", Coordinate(y1),
           "\" x2=\"", Coordinate(x2), "\" y2=\"", Coordinate(y2), "\"/>"});
}

std::string EndLabel(const TimelineChart& chart) {
  return chart.ends_with_kill ? std::string(chart.words.label) : "last sample";
}

void PutScales(Markup& out, const TimelineChart& chart, const Plot& plot) {
  const PlotSize& size = plot.size();
  for (const Bytes tick : ByteTicks(plot.top(), 6)) {
    const double y = plot.Y(static_cast<double>(tick.value));
    PutLine(out, tick.value == 0 ? Piece("axis") : Piece("grid"), size.left, y, size.right, y);
    out.Put({"<text text-anchor=\"end\" x=\"", Coordinate(size.left - 8), "\" y=\"",
             Coordinate(y + 4), "\">", Text(tick.value == 0 ? "0" : ToText(tick)), "</text>"});
  }
  for (const nanoseconds tick : TimeTicks(plot.span(), size.most_times)) {
    const double x = plot.X(chart.end - tick);
    PutLine(out, "axis", x, size.bottom, x, size.bottom + 5);
    const bool last = tick.count() == 0;
    const std::string text = last ? EndLabel(chart) : "\u2212" + TickText(tick);
    out.Put({"<text text-anchor=\"", last ? Piece("end") : Piece("middle"), "\" x=\"",
             Coordinate(x), "\" y=\"", Coordinate(size.bottom + 20), "\">", Text(text), "</text>"});
  }
}

/// The name stands above its line, at the left, where memory is seldom.
void PutLevel(Markup& out, const Plot& plot, Piece css_class, std::string_view name, Bytes level) {
  const PlotSize& size = plot.size();
  const double y = plot.Y(static_cast<double>(level.value));
  PutLine(out, css_class, size.left, y, size.right, y);
  out.Put({"<text class=\"strong\" x=\"", Coordinate(size.left + 6), "\" y=\"", Coordinate(y - 5),
           "\">", Text(name), " ", Text(ToText(level)), "</text>"});
}

/// Whether the wire stood from that sample to the next one.
bool StoodBehind(const std::vector<Sample>& samples, std::size_t i) {
  return i + 1 < samples.size() && samples[i].armed &&
         samples[i + 1].at - samples[i].at <= kLongestStep;
}

/// memory.high only where samples say that the wire stood: one line for each time that it did.
void PutHigh(Markup& out, const TimelineChart& chart, const Plot& plot) {
  const double y = plot.Y(static_cast<double>(chart.high->value));
  bool drawn = false;
  for (std::size_t i = 0; i < chart.samples.size(); ++i) {
    if (!StoodBehind(chart.samples, i)) continue;
    const double x = plot.X(chart.samples[i].at);
    while (StoodBehind(chart.samples, i)) ++i;
    PutLine(out, "high", x, y, plot.X(chart.samples[i].at), y);
    drawn = true;
  }
  if (!drawn) return;
  out.Put({"<text x=\"", Coordinate(plot.size().left + 6), "\" y=\"", Coordinate(y + 14),
           "\">memory.high ", Text(ToText(*chart.high)), "</text>"});
}

void PutLevels(Markup& out, const TimelineChart& chart, const Plot& plot) {
  if (chart.high && *chart.high <= plot.top()) PutHigh(out, chart, plot);
  if (chart.max && *chart.max <= plot.top())
    PutLevel(out, plot, "limit", chart.limit_name, *chart.max);
}

/// Where the numbers stand: above their moments, moved left as far as they would touch.
std::vector<double> NumberPlaces(const TimelineChart& chart, const Plot& plot) {
  constexpr double kApart = 22;
  std::vector<double> places(chart.moments.size());
  double next = plot.size().right + kApart;
  for (std::size_t i = places.size(); i-- > 0;) {
    next = std::min(plot.X(chart.end - chart.moments[i].before_end), next - kApart);
    places[i] = next;
  }
  return places;
}

void PutMoments(Markup& out, const TimelineChart& chart, const Plot& plot) {
  constexpr double kNumberY = 14;
  const PlotSize& size = plot.size();
  const auto places = NumberPlaces(chart, plot);
  for (std::size_t i = 0; i < chart.moments.size(); ++i) {
    const Moment& moment = chart.moments[i];
    const double x = plot.X(chart.end - moment.before_end);
    const Piece end = moment.is_kill ? Piece(" end") : Piece("");
    const Piece line = moment.is_kill ? Piece("killed") : Piece("moment");
    PutLine(out, line, x, size.top, x, size.bottom);
    PutLine(out, line, places[i], kNumberY + 9, x, size.top);
    out.Put({"<circle class=\"badge", end, "\" cx=\"", Coordinate(places[i]), "\" cy=\"",
             Coordinate(kNumberY), "\" r=\"9\"/><text class=\"in", end,
             "\" text-anchor=\"middle\" x=\"", Coordinate(places[i]), "\" y=\"",
             Coordinate(kNumberY + 4), "\">", Number(moment.number), "</text>"});
  }
}

void PutDrawing(Markup& out, const TimelineChart& chart, const PlotSize& size, const SafeText& id,
                std::string_view title, std::string_view description) {
  const Plot plot(size, chart);
  const SafeText width = Coordinate(size.width);
  const SafeText height = Coordinate(size.height);
  out.Put({"<svg class=\"chart ", Text(size.css_class), "\" viewBox=\"0 0 ", width, " ", height,
           "\" role=\"img\" aria-labelledby=\"", id, "-title ", id, "-desc\"><title id=\"", id,
           "-title\">", Text(title), "</title><desc id=\"", id, "-desc\">", Text(description),
           "</desc>"});
  PutGaps(out, chart, plot);
  PutScales(out, chart, plot);
  PutAreas(out, chart, plot);
  PutLevels(out, chart, plot);
  PutUsed(out, chart, plot);
  PutMoments(out, chart, plot);
  out.Put({"</svg>\n"});
}

}  // namespace

Markup TimelineSvg(const TimelineChart& chart, std::string_view id, std::string_view title,
                   std::string_view description) {
  Markup out;
  for (const PlotSize& size : {kWidePlot, kNarrowPlot}) {
    PutDrawing(out, chart, size, {fmt::format("{}-{}", id, size.css_class)}, title, description);
  }
  return out;
}

}  // namespace headroom
