#include "kernel/proc/slabinfo.h"

#include <fmt/format.h>

#include <optional>

#include "base/text.h"

namespace headroom {
namespace {

constexpr std::size_t kShownBytes = 80;
/// More than any machine has of anything here; products of two still fit.
constexpr std::uint64_t kLargestNumber = std::uint64_t{1} << 40U;

std::optional<std::uint64_t> NumberAt(const std::vector<std::string_view>& words,
                                      std::size_t index) {
  if (index >= words.size()) return std::nullopt;
  const auto number = ParseUint64(words[index]);
  return number && *number < kLargestNumber ? number : std::nullopt;
}

/// "NAME active total size per_slab pages_per_slab : tunables 0 0 0 : slabdata active total shared"
std::optional<SlabCache> ParseRow(std::string_view line, Bytes page) {
  const auto words = Words(line);
  const auto objects = NumberAt(words, 2);
  const auto object_size = NumberAt(words, 3);
  const auto pages_per_slab = NumberAt(words, 5);
  std::size_t data = 6;
  while (data < words.size() && words[data] != "slabdata") ++data;
  const auto slabs = NumberAt(words, data + 2);
  constexpr std::uint64_t kMostPages = std::uint64_t{1} << 44U;
  if (!objects || !object_size || !pages_per_slab || !slabs) return std::nullopt;
  if (*pages_per_slab == 0 || *slabs > kMostPages / *pages_per_slab) return std::nullopt;
  return SlabCache{.name = std::string(words[0]),
                   .objects = *objects,
                   .object_size = Bytes{*object_size},
                   .size = Bytes{*slabs * *pages_per_slab * page.value}};
}

}  // namespace

Result<std::vector<SlabCache>> ParseSlabinfo(std::string_view text, Bytes page) {
  std::vector<SlabCache> caches;
  const auto version = TakeLine(text);
  if (!version || !version->starts_with("slabinfo - version: ")) {
    return Malformed("slabinfo:1", "does not begin with 'slabinfo - version: '");
  }
  for (std::size_t number = 2; const auto line = TakeLine(text); ++number) {
    if (line->starts_with('#')) continue;
    auto cache = ParseRow(*line, page);
    if (!cache) {
      return Malformed(fmt::format("slabinfo:{}", number),
                       fmt::format("found '{}', expected a name, numbers and 'slabdata'",
                                   EscapedForPeople(line->substr(0, kShownBytes))));
    }
    caches.push_back(*std::move(cache));
  }
  return caches;
}

}  // namespace headroom
