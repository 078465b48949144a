#include "kernel/kmsg/mem_info.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "kernel/proc/kilobytes.h"

namespace headroom {
namespace {

constexpr std::size_t kMostNameBytes = 16;  // "Movable" is the longest so far
constexpr std::size_t kMostSizes = 32;

bool TakePrefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// Up to `end`, which goes as well.
std::optional<std::string_view> TakeUntil(std::string_view& text, std::string_view end) {
  const std::size_t at = text.find(end);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(at + end.size());
  return taken;
}

std::optional<std::uint64_t> TakeNode(std::string_view& text) {
  if (!TakePrefix(text, "Node ")) return std::nullopt;
  const auto digits = TakeUntil(text, " ");
  return digits ? ParseUint64(*digits) : std::nullopt;
}

bool IsZoneName(std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  };
  return !name.empty() && name.size() <= kMostNameBytes && std::ranges::all_of(name, is_letter);
}

/// "12kB".
std::optional<Bytes> Kilobytes(std::string_view text) {
  if (!text.ends_with("kB")) return std::nullopt;
  return KilobytesFromDigits(text.substr(0, text.size() - 2));
}

std::optional<OomPieces::Size> ParseSize(std::string_view word) {
  const auto count = TakeUntil(word, "*");
  if (!count) return std::nullopt;
  const auto number = ParseUint64(*count);
  const auto each = Kilobytes(word);
  if (!number || !each) return std::nullopt;
  return OomPieces::Size{*number, *each};
}

/// A list of nodes: digits, commas and hyphens.
bool IsNodeList(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789,-") == std::string_view::npos;
}

std::optional<std::uint64_t> NumberBehind(std::string_view word, std::string_view key) {
  return TakePrefix(word, key) ? ParseUint64(word) : std::nullopt;
}

}  // namespace

std::optional<OomZone> ParseZoneLine(std::string_view text) {
  const auto node = TakeNode(text);
  const auto name = TakeUntil(text, " ");
  if (!node || !name || !IsZoneName(*name) || !text.starts_with("free:")) return std::nullopt;
  OomZone zone{.node = *node, .name = std::string(*name), .free = {}, .min = {}};
  for (std::string_view word : Words(text)) {
    if (!zone.free && TakePrefix(word, "free:")) zone.free = Kilobytes(word);
    if (!zone.min && TakePrefix(word, "min:")) zone.min = Kilobytes(word);
  }
  return zone;
}

std::optional<OomPieces> ParsePiecesLine(std::string_view text) {
  const auto node = TakeNode(text);
  const auto name = TakeUntil(text, ": ");
  if (!node || !name || !IsZoneName(*name)) return std::nullopt;
  OomPieces pieces{.node = *node, .name = std::string(*name), .sizes = {}};
  for (const std::string_view word : Words(text)) {
    if (word == "=") break;
    const auto size = ParseSize(word);
    if (size && pieces.sizes.size() < kMostSizes) pieces.sizes.push_back(*size);
  }
  if (pieces.sizes.empty()) return std::nullopt;
  return pieces;
}

std::optional<Bytes> ParseSwapLine(std::string_view text, std::string_view what) {
  if (!TakePrefix(text, what) || !TakePrefix(text, " swap")) return std::nullopt;
  const auto words = Words(text);
  return words.size() == 2 && words[0] == "=" ? Kilobytes(words[1]) : std::nullopt;
}

std::optional<OomHugePages> ParseHugePagesLine(std::string_view text) {
  const auto node = TakeNode(text);
  const auto words = Words(text);
  if (!node || words.size() < 4) return std::nullopt;
  const auto total = NumberBehind(words[0], "hugepages_total=");
  const auto free = NumberBehind(words[1], "hugepages_free=");
  std::string_view size = words[3];
  if (!total || !free || !TakePrefix(size, "hugepages_size=")) return std::nullopt;
  const auto each = Kilobytes(size);
  if (!each) return std::nullopt;
  return OomHugePages{.node = *node, .total = *total, .free = *free, .each = *each};
}

std::optional<OomNodes> ParseNodes(std::string_view text) {
  constexpr std::string_view kAllowed = ",mems_allowed=";
  if (!TakePrefix(text, "oom-kill:constraint=")) return std::nullopt;
  if (!TakeUntil(text, ",nodemask=")) return std::nullopt;
  const auto policy = TakeUntil(text, ",cpuset=");
  if (!policy) return std::nullopt;
  OomNodes nodes;
  if (IsNodeList(*policy)) nodes.policy = *policy;
  if (!TakeUntil(text, kAllowed)) return nodes;
  // A second one may be the name of a cgroup that says so.
  if (text.find(kAllowed) != std::string_view::npos) return nodes;
  const auto allowed = TakeUntil(text, ",global_oom");
  if (allowed && IsNodeList(*allowed)) nodes.cpuset = *allowed;
  return nodes;
}

}  // namespace headroom
