#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

#include "explain/html/chart/scale.h"
#include "explain/html/chart/timeline_svg.h"
#include "explain/html/section/page_content.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr std::size_t kMostRows = 200;
/// A chart of minutes shows nothing of the seconds in which it happened: they get one of their own.
constexpr nanoseconds kLongChart = 60s;
constexpr std::size_t kWorthACloserLook = 8;

std::string EndText(const TimelineChart& chart) {
  return chart.ends_with_kill ? std::string(chart.words.name) : "the last sample";
}

std::string BeforeEnd(const TimelineChart& chart, nanoseconds before) {
  return fmt::format("{} before {}", ToText(before), EndText(chart));
}

std::string AmountText(const std::optional<Bytes>& bytes) {
  return bytes ? ToText(*bytes) : std::string();
}

/// From the first to the last amount that the line shows; empty where it has none.
std::string UsedText(const TimelineChart& chart) {
  const auto has_current = [](const Sample& sample) { return sample.current.has_value(); };
  const auto first = std::ranges::find_if(chart.samples, has_current);
  if (first == chart.samples.end()) return "";
  const auto last = std::find_if(chart.samples.rbegin(), chart.samples.rend(), has_current);
  return fmt::format("{} went from {} ({}) to {} ({}).", chart.usage_name, ToText(*first->current),
                     BeforeEnd(chart, chart.end - first->at), ToText(*last->current),
                     BeforeEnd(chart, chart.end - last->at));
}

std::string Description(const TimelineChart& chart) {
  std::string text = UsedText(chart);
  if (chart.max) text += fmt::format(" {} is {}.", chart.limit_name, ToText(*chart.max));
  for (const Moment& moment : chart.moments) {
    if (moment.is_kill) continue;
    text += fmt::format(" {}: {}.", BeforeEnd(chart, moment.before_end), moment.text);
  }
  return text + " The table below has the numbers.";
}

void PutKey(Markup& out, const TimelineChart& chart) {
  out.Put(
      {"<ul class=\"key\"><li><svg width=\"22\" height=\"14\" "
       "aria-hidden=\"true\"><path class=\"used\" d=\"M0 7H22\"/><circle class=\"dot\" "
       "cx=\"11\" cy=\"7\" r=\"2.5\"/></svg>",
       Text(chart.usage_name), ", a dot a sample</li>"});
  for (const MemoryPart part : chart.parts) {
    out.Put({"<li>"});
    PutSwatch(out, part);
    out.Put({Text(PartName(part)), "</li>"});
  }
  for (const MemoryPart part : chart.absent) {
    out.Put({"<li class=\"quiet\">", Text(PartName(part)), ": not recorded</li>"});
  }
  out.Put({"</ul>\n"});
}

void PutMoments(Markup& out, const TimelineChart& chart) {
  if (chart.moments.empty()) return;
  out.Put({"<ol class=\"moments\">"});
  for (const Moment& moment : chart.moments) {
    out.Put({"<li><span class=\"n", moment.is_kill ? Piece(" end") : Piece(""), "\">",
             Number(moment.number), "</span><span>", Text(moment.text)});
    if (!moment.is_kill) {
      out.Put({" <span class=\"quiet\">", Text(BeforeEnd(chart, moment.before_end)), "</span>"});
    }
    out.Put({"</span></li>"});
  }
  out.Put({"</ol>\n"});
}

void PutCell(Markup& out, const std::string& text) {
  out.Put({"<td class=\"r\">", Text(text), "</td>"});
}

void PutTable(Markup& out, const TimelineChart& chart) {
  const std::size_t rows = std::min(chart.samples.size(), kMostRows);
  out.Put({"<details><summary>The same in numbers</summary>\n"});
  if (rows < chart.samples.size()) {
    out.Put({"<p class=\"quiet\">The last ", Number(rows), " of ", Number(chart.samples.size()),
             " samples; timeline.json has them all.</p>"});
  }
  out.Put({"<div class=\"scroll\"><table><thead><tr><th>before ", Text(EndText(chart)),
           "</th><th class=\"r\">", Text(chart.usage_name), "</th>"});
  for (const MemoryPart part : kMemoryParts) {
    out.Put({"<th class=\"r\">", Text(PartClass(part)), "</th>"});
  }
  out.Put({"<th class=\"r\">swap</th></tr></thead><tbody>\n"});
  for (std::size_t i = chart.samples.size() - rows; i < chart.samples.size(); ++i) {
    const Sample& sample = chart.samples[i];
    out.Put({"<tr><th class=\"nowrap\">", Text(ToText(chart.end - sample.at)), "</th>"});
    PutCell(out, AmountText(sample.current));
    for (const MemoryPart part : kMemoryParts) PutCell(out, AmountText(PartOf(sample, part)));
    PutCell(out, AmountText(sample.swap));
    out.Put({"</tr>\n"});
  }
  out.Put(
      {"</tbody></table></div><p class=\"quiet\">Empty: not sampled that time; memory.stat is "
       "read less often than ",
       Text(chart.usage_name), ".</p></details>\n"});
}

/// The seconds of a long chart in which most samples lie; nullopt where it needs none.
std::optional<nanoseconds> CloserLook(const TimelineChart& chart) {
  const nanoseconds span = chart.end - chart.samples.front().at;
  if (span < kLongChart) return std::nullopt;
  const nanoseconds close = TimeTicks(span / 10, 2).back();
  const auto close_ones = std::ranges::count_if(
      chart.samples, [&](const Sample& sample) { return chart.end - sample.at <= close; });
  if (close.count() == 0 || static_cast<std::size_t>(close_ones) < kWorthACloserLook) {
    return std::nullopt;
  }
  return close;
}

void PutFigure(Markup& out, const TimelineChart& chart, std::string_view id,
               const std::string& title) {
  out.Put({"<figure><figcaption>", Text(title), "</figcaption>\n"});
  out.Put(TimelineSvg(chart, id, title, Description(chart)));
  out.Put({"</figure>\n"});
}

/// What the verdict says of how it grew: its shape, and the first sign of pressure.
std::string GrowthText(const Verdict& verdict) {
  std::string text;
  for (const Statement& statement : verdict.statements) {
    if (statement.label != "growth") continue;
    text += fmt::format("{}{}", text.empty() ? ". Growth: " : "; ", statement.text);
  }
  return text;
}

/// Why there is no chart, as far as the manifest says.
void PutNoChart(Markup& out, const PageContent& content) {
  const ManifestRow* row = content.evidence.manifest.Find("timeline.json");
  const bool recorded = content.evidence.File("timeline.json") != nullptr;
  out.Put({"<p>No chart: ",
           recorded         ? Text("fewer than two samples of it were recorded")
           : row != nullptr ? TextOfBytes(row->reason)
                            : Text("no samples were recorded"),
           ".</p>\n"});
}

}  // namespace

void PutTimeline(Markup& out, const PageContent& content) {
  if (content.evidence.kind == BundleKind::kDenied) return;
  out.Put({"<section aria-labelledby=\"time\">\n<h2 id=\"time\">Memory over time</h2>\n"});
  const auto chart = TimelineOf(content.the_case);
  if (chart) {
    const nanoseconds span = chart->end - chart->samples.front().at;
    PutFigure(out, *chart, "all",
              fmt::format("The cgroup of the container, {} up to {}{}", ToText(span),
                          EndText(*chart), GrowthText(content.verdict)));
    if (const auto close = CloserLook(*chart)) {
      PutFigure(out, LastOf(*chart, *close), "close", "The last " + ToText(*close) + " of it");
    }
    PutMoments(out, *chart);
    PutKey(out, *chart);
    if (chart->left_out > 0) {
      out.Put({"<p class=\"quiet\">", Number(chart->left_out),
               " earlier samples are not drawn.</p>\n"});
    }
    PutTable(out, *chart);
  } else {
    PutNoChart(out, content);
  }
  out.Put({"</section>\n"});
}

}  // namespace headroom
