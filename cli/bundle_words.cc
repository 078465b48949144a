#include "cli/bundle_words.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace headroom {

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
