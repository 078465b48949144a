#include "kernel/proc/smaps.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/text.h"
#include "kernel/proc/kilobytes.h"

namespace headroom {
namespace {

constexpr std::size_t kShownBytes = 80;

struct SmapsKey {
  std::string_view name;
  std::optional<Bytes> Mapping::* member = nullptr;  ///< nullptr: passed over
};
/// In the order of the kernel (fs/proc/task_mmu.c), so that the next one is mostly found at once.
constexpr std::array kKeys = {
    SmapsKey{"Size", &Mapping::size},
    SmapsKey{"KernelPageSize"},
    SmapsKey{"MMUPageSize"},
    SmapsKey{"Rss", &Mapping::rss},
    SmapsKey{"Pss", &Mapping::pss},
    SmapsKey{"Pss_Dirty"},
    SmapsKey{"Shared_Clean", &Mapping::shared_clean},
    SmapsKey{"Shared_Dirty", &Mapping::shared_dirty},
    SmapsKey{"Private_Clean", &Mapping::private_clean},
    SmapsKey{"Private_Dirty", &Mapping::private_dirty},
    SmapsKey{"Referenced", &Mapping::referenced},
    SmapsKey{"Anonymous", &Mapping::anonymous},
    SmapsKey{"KSM"},
    SmapsKey{"LazyFree"},
    SmapsKey{"AnonHugePages", &Mapping::anon_huge_pages},
    SmapsKey{"ShmemPmdMapped"},
    SmapsKey{"FilePmdMapped"},
    SmapsKey{"Shared_Hugetlb", &Mapping::shared_hugetlb},
    SmapsKey{"Private_Hugetlb", &Mapping::private_hugetlb},
    SmapsKey{"Swap", &Mapping::swap},
    SmapsKey{"SwapPss", &Mapping::swap_pss},
    SmapsKey{"Locked", &Mapping::locked},
    SmapsKey{"THPeligible"},
    SmapsKey{"ProtectionKey"},
};

/// The key of that name, looked for from the one on that is expected, which then is the next.
const SmapsKey* FindKey(std::string_view name, std::size_t& expected) {
  for (std::size_t tried = 0; tried < kKeys.size(); ++tried) {
    const SmapsKey& key = kKeys[(expected + tried) % kKeys.size()];
    if (key.name != name) continue;
    expected = (expected + tried + 1) % kKeys.size();
    return &key;
  }
  return nullptr;
}

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

bool HasFlag(std::string_view flags, std::string_view flag) {
  for (std::size_t at = flags.find(flag); at != std::string_view::npos;
       at = flags.find(flag, at + 1)) {
    const std::size_t end = at + flag.size();
    if (at > 0 && flags[at - 1] == ' ' && (end == flags.size() || flags[end] == ' ')) return true;
  }
  return false;
}

/// "Key: N kB" into `mapping`. Unknown keys are passed over, whatever their value.
Figure TakeFigure(std::string_view line, Mapping& mapping, std::size_t& expected) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !IsUpper(line.front())) return Figure::kBroken;
  const std::string_view name = line.substr(0, colon);
  const SmapsKey* key = FindKey(name, expected);
  if (key == nullptr) {
    if (!std::ranges::all_of(name, IsKeyByte)) return Figure::kBroken;
    if (name != kLastKey) return Figure::kTaken;
    mapping.is_hugetlb = HasFlag(line.substr(colon + 1), "ht");
    return Figure::kLast;
  }
  if (key->member == nullptr) return Figure::kTaken;
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

}  // namespace

Bytes Smaps::TotalRss() const {
  Bytes total;
  for (const Mapping& mapping : mappings) total = total + mapping.rss.value_or(Bytes{});
  return total;
}

Result<Smaps> ParseSmaps(std::string_view text) {
  Smaps smaps;
  bool complete = true;  // of the mapping that is being read
  std::size_t expected = 0;
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
                              : TakeFigure(line->text, smaps.mappings.back(), expected);
    if (figure == Figure::kBroken) return BrokenLine("smaps", number, line->text);
    if (figure == Figure::kLast) complete = true;
  }
  smaps.truncated = !complete;
  return smaps;
}

Result<Mapping> ParseSmapsRollup(std::string_view text) {
  Mapping total;
  std::size_t expected = 0;
  for (std::size_t number = 1; const auto line = NextLine(text); ++number) {
    const bool good = number == 1 ? ParseHeader(line->text, total)
                                  : !line->text.empty() &&
                                        TakeFigure(line->text, total, expected) != Figure::kBroken;
    if (!good) return BrokenLine("smaps_rollup", number, line->text);
  }
  if (!total.rss) return Malformed("smaps_rollup", "has no 'Rss:' line");
  return total;
}

}  // namespace headroom
