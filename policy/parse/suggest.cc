#include "policy/parse/suggest.h"

#include <fmt/format.h>

#include <algorithm>

namespace headroom {
namespace {

constexpr std::size_t kLongestWord = 64;

char Plain(char c) {
  if (c == '_') return '-';
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::size_t EditDistance(std::string_view left, std::string_view right) {
  // Three rows of the table of distances between beginnings: two back, one back, this one.
  std::vector<std::size_t> older(right.size() + 1);
  std::vector<std::size_t> old(right.size() + 1);
  std::vector<std::size_t> row(right.size() + 1);
  for (std::size_t j = 0; j <= right.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= left.size(); ++i) {
    older.swap(old);
    old.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::size_t change = old[j - 1] + (Plain(left[i - 1]) == Plain(right[j - 1]) ? 0 : 1);
      row[j] = std::min({change, old[j] + 1, row[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && Plain(left[i - 1]) == Plain(right[j - 2]) &&
                           Plain(left[i - 2]) == Plain(right[j - 1]);
      if (swapped) row[j] = std::min(row[j], older[j - 2] + 1);
    }
  }
  return row[right.size()];
}

std::string DidYouMean(std::string_view word, const std::vector<std::string_view>& known) {
  if (word.empty() || word.size() > kLongestWord) return "";
  std::string_view nearest;
  std::size_t best = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string_view candidate : known) {
    if (candidate.size() > kLongestWord) continue;
    const std::size_t distance = EditDistance(word, candidate);
    // What has next to nothing in common with a short name is not meant by it.
    if (distance >= best || distance >= candidate.size()) continue;
    best = distance;
    nearest = candidate;
  }
  return nearest.empty() ? "" : fmt::format("did you mean \"{}\"?", nearest);
}

}  // namespace headroom
