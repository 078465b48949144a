#include "kernel/proc/smaps.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_map>
#include <utility>

#include "base/text.h"
#include "kernel/proc/kilobytes.h"

namespace headroom {
namespace {

constexpr std::size_t kShownBytes = 80;

struct SmapsKey {
  std::string_view name;
  std::optional<Bytes> Mapping::* member;
};
constexpr std::array kKeys = {
    SmapsKey{"Rss", &Mapping::rss},
    SmapsKey{"Pss", &Mapping::pss},
    SmapsKey{"Shared_Clean", &Mapping::shared_clean},
    SmapsKey{"Shared_Dirty", &Mapping::shared_dirty},
    SmapsKey{"Private_Clean", &Mapping::private_clean},
    SmapsKey{"Private_Dirty", &Mapping::private_dirty},
    SmapsKey{"Anonymous", &Mapping::anonymous},
    SmapsKey{"AnonHugePages", &Mapping::anon_huge_pages},
    SmapsKey{"Swap", &Mapping::swap},
    SmapsKey{"SwapPss", &Mapping::swap_pss},
    SmapsKey{"Locked", &Mapping::locked},
};

/// Every mapping ends with this line (Linux 3.8 and later).
constexpr std::string_view kLastKey = "VmFlags";

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }

bool IsKeyByte(char c) {
  return IsUpper(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

bool TakeHex(std::string_view& text, char end, std::uint64_t& value) {
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc{} || stop == text.data() + text.size() || *stop != end) return false;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()) + 1);
  return true;
}

std::string_view TakeWord(std::string_view& text) {
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(std::min(word.size() + 1, text.size()));
  return word;
}

/// "START-END PERMISSIONS OFFSET DEVICE INODE   NAME"
bool ParseHeader(std::string_view line, Mapping& mapping) {
  if (!TakeHex(line, '-', mapping.start) || !TakeHex(line, ' ', mapping.end)) return false;
  mapping.permissions = TakeWord(line);
  const std::string_view offset = TakeWord(line);
  const std::string_view device = TakeWord(line);
  const auto inode = ParseUint64(TakeWord(line));
  if (mapping.permissions.size() != 4 || offset.empty() || !inode ||
      device.find(':') == std::string_view::npos || mapping.start > mapping.end) {
    return false;
  }
  mapping.inode = *inode;
  // Padded on the left only: a name is free to end in blanks.
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  mapping.name = line;
  return true;
}

/// What became of one line of figures.
enum class Figure { kTaken, kLast, kBroken };

/// "Key: N kB" into `mapping`. Unknown keys are passed over, whatever their value.
Figure TakeFigure(std::string_view line, Mapping& mapping) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !IsUpper(line.front())) return Figure::kBroken;
  const std::string_view name = line.substr(0, colon);
  if (!std::ranges::all_of(name, IsKeyByte)) return Figure::kBroken;
  if (name == kLastKey) return Figure::kLast;
  const auto key = std::ranges::find(kKeys, name, &SmapsKey::name);
  if (key == kKeys.end()) return Figure::kTaken;
  const auto value = ParseKilobytes(line.substr(colon + 1));
  if (!value) return Figure::kBroken;
  mapping.*(key->member) = *value;
  return Figure::kTaken;
}

std::unexpected<Error> BrokenLine(std::string_view file, std::size_t number,
                                  std::string_view line) {
  return Malformed(fmt::format("{}:{}", file, number),
                   fmt::format("found '{}', expected a mapping or 'Key: N kB'",
                               EscapedForPeople(line.substr(0, kShownBytes))));
}

/// A line of text with its line end, and whether it had one.
struct Line {
  std::string_view text;
  bool whole = false;
};

std::optional<Line> NextLine(std::string_view& rest) {
  if (rest.empty()) return std::nullopt;
  const std::size_t end = rest.find('\n');
  const bool whole = end != std::string_view::npos;
  const Line line{.text = rest.substr(0, end), .whole = whole};
  rest.remove_prefix(whole ? end + 1 : rest.size());
  return line;
}

bool StartsMapping(std::string_view line) { return !line.empty() && !IsUpper(line.front()); }

/// "[anon:NAME]" as "anonymous [NAME]": set by prctl(PR_SET_VMA_ANON_NAME).
std::optional<std::string> NamedAnonymous(std::string_view name, std::string_view prefix,
                                          std::string_view kind) {
  if (!name.starts_with(prefix) || !name.ends_with(']')) return std::nullopt;
  name.remove_prefix(prefix.size());
  return fmt::format("{} [{}", kind, name);
}

std::string GroupName(std::string_view name) {
  constexpr std::string_view kDeleted = " (deleted)";
  if (name.empty()) return "anonymous";
  if (name == "[heap]") return "heap";
  if (name == "[stack]" || name.starts_with("[stack:")) return "stack";
  if (name == "/dev/zero (deleted)") return "shared anonymous";
  if (name.starts_with("/memfd:")) return std::string(name.substr(1));
  if (name.starts_with("/SYSV") && name.ends_with(kDeleted)) {
    return fmt::format("SysV shared memory 0x{}",
                       name.substr(5, name.size() - 5 - kDeleted.size()));
  }
  if (auto named = NamedAnonymous(name, "[anon:", "anonymous")) return *named;
  if (auto named = NamedAnonymous(name, "[anon_shmem:", "shared anonymous")) return *named;
  return std::string(name);
}

}  // namespace

Bytes Smaps::TotalRss() const {
  Bytes total;
  for (const Mapping& mapping : mappings) total = total + mapping.rss.value_or(Bytes{});
  return total;
}

Result<Smaps> ParseSmaps(std::string_view text) {
  Smaps smaps;
  bool complete = true;  // of the mapping that is being read
  for (std::size_t number = 1; const auto line = NextLine(text); ++number) {
    if (!line->whole) {
      // Half a number would pass for a whole one: a cut line says nothing.
      complete = false;
      break;
    }
    if (StartsMapping(line->text)) {
      Mapping mapping;
      if (!ParseHeader(line->text, mapping)) return BrokenLine("smaps", number, line->text);
      smaps.mappings.push_back(std::move(mapping));
      complete = false;
      continue;
    }
    const Figure figure = smaps.mappings.empty() || line->text.empty()
                              ? Figure::kBroken
                              : TakeFigure(line->text, smaps.mappings.back());
    if (figure == Figure::kBroken) return BrokenLine("smaps", number, line->text);
    if (figure == Figure::kLast) complete = true;
  }
  smaps.truncated = !complete;
  return smaps;
}

Result<Mapping> ParseSmapsRollup(std::string_view text) {
  Mapping total;
  for (std::size_t number = 1; const auto line = NextLine(text); ++number) {
    const bool good = number == 1
                          ? ParseHeader(line->text, total)
                          : !line->text.empty() && TakeFigure(line->text, total) != Figure::kBroken;
    if (!good) return BrokenLine("smaps_rollup", number, line->text);
  }
  if (!total.rss) return Malformed("smaps_rollup", "has no 'Rss:' line");
  return total;
}

std::vector<MappingGroup> GroupMappings(const Smaps& smaps) {
  std::vector<MappingGroup> groups;
  std::unordered_map<std::string, std::size_t> places;
  for (const Mapping& mapping : smaps.mappings) {
    std::string name = GroupName(mapping.name);
    const auto [place, is_new] = places.try_emplace(name, groups.size());
    if (is_new) groups.emplace_back().name = std::move(name);
    MappingGroup& group = groups[place->second];
    group.rss = group.rss + mapping.rss.value_or(Bytes{});
    group.swap = group.swap + mapping.swap.value_or(Bytes{});
    ++group.mappings;
  }
  std::ranges::sort(groups, [](const MappingGroup& left, const MappingGroup& right) {
    return left.rss != right.rss ? left.rss > right.rss : left.name < right.name;
  });
  return groups;
}

}  // namespace headroom
