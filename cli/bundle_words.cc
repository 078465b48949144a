#include "cli/bundle_words.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "evidence/wall_text.h"

namespace headroom {

std::optional<WallTime> StampTime(const std::string& stamp) {
  if (stamp.size() != 16) return std::nullopt;
  const auto part = [&](std::size_t at, std::size_t count) { return stamp.substr(at, count); };
  return ParseIso8601(fmt::format("{}-{}-{}T{}:{}:{}Z", part(0, 4), part(4, 2), part(6, 2),
                                  part(9, 2), part(11, 2), part(13, 2)));
}

std::string StampText(const std::string& stamp) {
  const auto time = StampTime(stamp);
  return time ? ToPersonalText(*time) : EscapedForPeople(stamp);
}

std::string EarlierText(const std::vector<BundleEntry>& earlier) {
  constexpr std::size_t kMostNamed = 3;
  if (earlier.empty()) return "";
  std::string text = fmt::format("{} earlier:", earlier.size());
  for (std::size_t i = 0; i < std::min(earlier.size(), kMostNamed); ++i) {
    text += fmt::format("{} {} {}", i == 0 ? "" : ",", StampText(earlier[i].stamp),
                        EscapedForPeople(earlier[i].path));
  }
  if (earlier.size() > kMostNamed) text += ", ... (headroom bundles lists them all)";
  return text;
}

}  // namespace headroom
