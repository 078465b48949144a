#include "evidence/bundle_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/sha256.h"
#include "base/text.h"

namespace headroom {
namespace {

constexpr std::size_t kHashDigits = 8;
constexpr std::string_view kStampShape =
    "dddddddd"
    "T"
    "dddddd"
    "Z";

bool IsLowerHex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsTime(std::string_view text) {
  return std::equal(text.begin(), text.end(), kStampShape.begin(), kStampShape.end(),
                    [](char c, char shape) { return shape == 'd' ? IsDigit(c) : c == shape; });
}

/// A time, and behind it an era unless it is the first.
bool IsStamp(std::string_view text) {
  const std::string_view time = text.substr(0, kStampShape.size());
  const std::string_view era = text.substr(time.size());
  if (!IsTime(time) || era.empty()) return IsTime(time);
  return era.size() > 1 && era[0] == '.' && era[1] != '0' && ParseUint64(era.substr(1));
}

}  // namespace

std::string GenerationHash(std::string_view generation) {
  return Sha256Hex(generation).substr(0, kHashDigits);
}

std::string BundleName(const Store::Draft& draft, std::uint64_t era) {
  return fmt::format("{}{}-{}-{}", ToFileStamp(draft.at), era == 0 ? "" : fmt::format(".{}", era),
                     BundleKindName(draft.kind), draft.incident.DirectoryPart());
}

std::optional<IncidentPart> ParseIncidentPart(std::string_view text) {
  const std::vector<std::string_view> parts = Split(text, '-');
  if (parts.size() != 3 || parts[0].size() != kHashDigits) return std::nullopt;
  if (!std::all_of(parts[0].begin(), parts[0].end(), IsLowerHex)) return std::nullopt;
  const auto from = ParseUint64(parts[1]);
  const auto to = ParseUint64(parts[2]);
  if (!from || !to || *from > *to) return std::nullopt;
  // One spelling for each: two names of one incident would be two bundles of it.
  if (fmt::format("{}-{}-{}", parts[0], *from, *to) != text) return std::nullopt;
  return IncidentPart{std::string(parts[0]), *from, *to};
}

std::optional<BundleEntry> ParseBundleName(std::string_view name) {
  const std::string_view stamp = name.substr(0, name.find('-'));
  if (!IsStamp(stamp) || name.size() == stamp.size()) return std::nullopt;
  const std::string_view rest = name.substr(stamp.size() + 1);
  // The kind may hold a dash itself ("oom-kill"); the incident always holds two.
  std::size_t cut = rest.size();
  for (int dashes = 0; dashes < 3; ++dashes) {
    if (cut == 0) return std::nullopt;
    cut = rest.rfind('-', cut - 1);
    if (cut == std::string_view::npos) return std::nullopt;
  }
  const auto kind = ParseBundleKind(rest.substr(0, cut));
  const std::string_view incident = rest.substr(cut + 1);
  if (name[stamp.size()] != '-' || !kind || !ParseIncidentPart(incident)) return std::nullopt;
  BundleEntry entry;
  entry.stamp = std::string(stamp);
  entry.kind = *kind;
  entry.incident = std::string(incident);
  return entry;
}

}  // namespace headroom
