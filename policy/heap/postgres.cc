#include "policy/heap/postgres.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "policy/heap/amount.h"
#include "policy/heap/words.h"

namespace headroom::heap {
namespace {

/// guc.c: letter for letter. A bare number counts in the setting's own unit.
constexpr std::array<Unit, 5> UnitsOver(std::uint64_t own) {
  return {{{"", own}, {"B", 1}, {"kB", 1ULL << 10U}, {"MB", 1ULL << 20U}, {"GB", 1ULL << 30U}}};
}
constexpr auto kBlocks = UnitsOver(8192);     // BLCKSZ, 8 kB unless it was built otherwise
constexpr auto kKibibytes = UnitsOver(1024);  // GUC_UNIT_KB
constexpr Unit kTebibytes{"TB", 1ULL << 40U};

/// postgres takes the value of these options of one letter from the next word, too.
constexpr std::string_view kValued = "BCDNSWcdfhkprtv";
constexpr std::size_t kLongestName = 40;

/// "64MB", "64 MB". Fractions are not read.
std::optional<Bytes> SizeOf(std::string_view value, std::span<const Unit> units) {
  if (value.size() > kLongestAmount) return std::nullopt;
  const std::size_t digits = std::min(value.find_first_not_of("0123456789"), value.size());
  const std::string_view unit = Trimmed(value.substr(digits));
  if (!unit.empty() && unit.front() >= '0' && unit.front() <= '9') return std::nullopt;
  const std::string text = fmt::format("{}{}", value.substr(0, digits), unit);
  if (const auto size = ParseSize(text, units, LetterCase::kExact)) return size;
  return ParseSize(text, std::span(&kTebibytes, 1), LetterCase::kExact);
}

std::optional<std::uint64_t> CountOf(std::string_view value) {
  return value.size() > kLongestAmount ? std::nullopt : ParseUint64(value);
}

/// A setting by its name; `prefix` is how it was written. Values that postgres would refuse, or
/// that are written in a way not read here, count as not there.
void Set(std::string_view name, std::string_view raw, std::string_view prefix,
         PostgresMemory& memory) {
  const std::string_view value = Trimmed(raw);
  std::string option = fmt::format("{}{}", prefix, value.substr(0, kLongestAmount));
  if (name == "shared_buffers") {
    const auto size = SizeOf(value, kBlocks);
    if (size && size->value > 0) memory.shared_buffers = {std::move(option), "", *size};
  } else if (name == "work_mem") {
    const auto size = SizeOf(value, kKibibytes);
    if (size && size->value > 0) memory.work_mem = {std::move(option), "", *size};
  } else if (name == "max_connections") {
    const auto count = CountOf(value);
    if (count && *count > 0) memory.max_connections = {std::move(option), "", *count};
  } else if (name == "max_parallel_workers_per_gather") {
    if (const auto count = CountOf(value)) memory.workers = count;
  } else if (name == "dynamic_shared_memory_type") {
    memory.posix_segments = Lower(value) == "posix";
  } else if (name == "huge_pages") {
    memory.huge_pages = Lower(value) == "on";
  }
}

/// "name=value", where the name may be written with - and in any letters.
void SetLong(std::string_view text, PostgresMemory& memory) {
  const std::size_t end = text.find('=');
  if (end == std::string_view::npos || end > kLongestName) return;
  std::string name = Lower(text.substr(0, end));
  std::ranges::replace(name, '-', '_');
  Set(name, text.substr(end + 1), name + "=", memory);
}

void SetShort(char letter, std::string_view value, PostgresMemory& memory) {
  if (letter == 'c') SetLong(value, memory);
  if (letter == 'B') Set("shared_buffers", value, "-B ", memory);
  if (letter == 'N') Set("max_connections", value, "-N ", memory);
  if (letter == 'S') Set("work_mem", value, "-S ", memory);
}

}  // namespace

PostgresMemory ReadPostgres(std::span<const std::string> args) {
  PostgresMemory memory;
  for (std::size_t at = 0; at < args.size(); ++at) {
    const std::string_view arg = args[at];
    if (arg.size() < 2 || arg.front() != '-') continue;
    if (arg.starts_with("--")) {
      SetLong(arg.substr(2), memory);
      continue;
    }
    if (kValued.find(arg[1]) == std::string_view::npos) continue;
    const bool attached = arg.size() > 2;
    if (!attached && at + 1 == args.size()) break;
    SetShort(arg[1], attached ? arg.substr(2) : std::string_view(args[++at]), memory);
  }
  return memory;
}

}  // namespace headroom::heap
