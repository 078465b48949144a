#include "cli/series.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/bundle_words.h"
#include "evidence/bundle_order.h"

namespace headroom {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t kMostInARow = 100;
constexpr hours kLongestGap{1};
constexpr std::size_t kMaxSummaryBytes = std::size_t{1} << 20U;

/// Empty where it is not stated.
std::string CauseOf(const BundleEntry& bundle) {
  const std::string path = bundle.path + "/summary.json";
  const auto text = ReadFileAt(AT_FDCWD, path, kMaxSummaryBytes);
  if (!text) return "";
  const auto summary = ParseJsonObject(*text, path);
  if (!summary) return "";
  const auto cause = summary->find("cause");
  return cause != summary->end() && cause->is_string() ? cause->get<std::string>() : "";
}

/// How many of them, from the newest back, are one row.
std::size_t RowOf(const std::vector<BundleEntry>& bundles) {
  std::size_t count = 1;
  for (; count < std::min(bundles.size(), kMostInARow); ++count) {
    const auto later = StampTime(bundles[count - 1].stamp);
    const auto earlier = StampTime(bundles[count].stamp);
    // A clock that was set in between tells no time between the two.
    if (!later || !earlier || *later < *earlier || *later - *earlier > kLongestGap) break;
    if (EraOf(bundles[count - 1].stamp) != EraOf(bundles[count].stamp)) break;
  }
  return count;
}

/// 1st, 2nd, 3rd, 4th, 11th, 21st.
std::string Ordinal(std::size_t number) {
  const bool teen = number % 100 / 10 == 1;
  const char* suffix = teen || number % 10 > 3 || number % 10 == 0 ? "th"
                       : number % 10 == 1                          ? "st"
                       : number % 10 == 2                          ? "nd"
                                                                   : "rd";
  return fmt::format("{}{}", number, suffix);
}

std::string DurationText(WallTime duration) {
  if (duration < seconds(100)) return fmt::format("{} s", duration / seconds(1));
  if (duration < minutes(100)) return fmt::format("{} min", duration / minutes(1));
  return fmt::format("{} h", duration / hours(1));
}

}  // namespace

std::optional<Statement> SeriesStatement(const Verdict& newest,
                                         const std::vector<BundleEntry>& bundles) {
  if (bundles.empty()) return std::nullopt;
  const std::size_t count = RowOf(bundles);
  if (count < 2) return std::nullopt;
  const std::string cause(CauseName(newest.cause));
  const auto first = bundles.begin();
  const auto same = static_cast<std::size_t>(
      1 + std::count_if(first + 1, first + static_cast<std::ptrdiff_t>(count),
                        [&](const BundleEntry& bundle) { return CauseOf(bundle) == cause; }));
  const BundleEntry& oldest = bundles[count - 1];
  const WallTime duration = *StampTime(bundles.front().stamp) - *StampTime(oldest.stamp);
  const std::string which = same == count ? fmt::format("each time {}", cause)
                            : same == 1   ? fmt::format("the only one of them {}", cause)
                                          : fmt::format("{} of them {}", same, cause);
  return Statement{
      .label = "series",
      .text = fmt::format("the {} in {}{}, {}", Ordinal(count),
                          count == kMostInARow ? "at least " : "", DurationText(duration), which),
      .evidence = EscapedForPeople(oldest.path.substr(oldest.path.rfind('/') + 1))};
}

}  // namespace headroom
