#include "kernel/proc/numa_maps.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.h"

namespace headroom {
namespace {

constexpr std::uint64_t kMostNodes = 1024;
constexpr std::uint64_t kMostPages = std::uint64_t{1} << 36U;
constexpr std::uint64_t kLargestPageKb = std::uint64_t{16} << 20U;  // 16 GiB, of arm64 and ppc64

using NodePages = std::pair<std::uint64_t, std::uint64_t>;

std::optional<NodePages> ParseNode(std::string_view word) {
  const std::size_t equals = word.find('=');
  if (!word.starts_with('N') || equals == std::string_view::npos) return std::nullopt;
  const auto node = ParseUint64(word.substr(1, equals - 1));
  const auto pages = ParseUint64(word.substr(equals + 1));
  if (!node || !pages || *node >= kMostNodes || *pages > kMostPages) return std::nullopt;
  return NodePages{*node, *pages};
}

void AddLine(std::string_view line, std::map<std::uint64_t, Bytes>& sums) {
  constexpr std::string_view kPageSize = "kernelpagesize_kB=";
  std::vector<NodePages> nodes;
  std::optional<std::uint64_t> page_kb;
  for (const std::string_view word : Words(line)) {
    if (const auto node = ParseNode(word)) nodes.push_back(*node);
    if (word.starts_with(kPageSize)) page_kb = ParseUint64(word.substr(kPageSize.size()));
  }
  if (!page_kb || *page_kb > kLargestPageKb) return;
  for (const auto& [node, pages] : nodes) {
    constexpr std::uint64_t kMostKb = std::uint64_t{1} << 52U;
    if (pages > kMostKb / std::max<std::uint64_t>(*page_kb, 1)) continue;
    const Bytes more = Kibibytes(*page_kb * pages);
    Bytes& sum = sums[node];
    if (sum.value + more.value >= sum.value) sum = sum + more;
  }
}

}  // namespace

std::map<std::uint64_t, Bytes> SumNumaMaps(std::string_view text) {
  std::map<std::uint64_t, Bytes> sums;
  text = text.substr(0, text.rfind('\n') + 1);
  while (const auto line = TakeLine(text)) AddLine(*line, sums);
  return sums;
}

}  // namespace headroom
