#include "evidence/pack/tar.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>

#include "base/text.h"

namespace headroom {
namespace {

constexpr std::size_t kBlock = 512;
constexpr char kPlainFile = '0';
constexpr char kOldPlainFile = '\0';  // of tars before POSIX
constexpr char kDirectory = '5';
/// "ustar" and a zero, version "00"; and what GNU tar writes in their place, which has no prefix.
constexpr std::string_view kMagic{"ustar\00000", 8};
constexpr std::string_view kGnuMagic{"ustar  \0", 8};

/// A field of the header (pax(1), "ustar Interchange Format").
struct Field {
  std::size_t at;
  std::size_t size;
};
constexpr Field kName{0, 100};
constexpr Field kMode{100, 8};
constexpr Field kUid{108, 8};
constexpr Field kGid{116, 8};
constexpr Field kSize{124, 12};
constexpr Field kModified{136, 12};
constexpr Field kChecksum{148, 8};
constexpr Field kType{156, 1};
constexpr Field kMagicField{257, 8};
constexpr Field kDeviceMajor{329, 8};
constexpr Field kDeviceMinor{337, 8};
constexpr Field kPrefix{345, 155};
constexpr std::uint64_t kMostBytes = 077777777777;  // eleven octal digits

std::string_view RawField(std::string_view header, Field field) {
  return header.substr(field.at, field.size);
}

/// Up to the first zero byte.
std::string_view TextField(std::string_view header, Field field) {
  const std::string_view raw = RawField(header, field);
  return raw.substr(0, raw.find('\0'));
}

/// Octal digits, with blanks or zero bytes behind them and perhaps blanks before. nullopt for
/// anything else, GNU's binary numbers included: nothing of ours is that large.
std::optional<std::uint64_t> NumberField(std::string_view header, Field field) {
  constexpr std::string_view kFilling{" \0", 2};
  std::string_view text = RawField(header, field);
  text = text.substr(0, text.find_last_not_of(kFilling) + 1);
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  if (text.empty()) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '7') return std::nullopt;
    number = number * 8 + static_cast<std::uint64_t>(c - '0');
  }
  return number;  // twelve digits of three bits: no overflow
}

/// The sum of the header's bytes, those of the checksum itself taken as blanks.
std::uint64_t Checksum(std::string_view header) {
  const auto add = [](std::uint64_t sum, char c) { return sum + static_cast<unsigned char>(c); };
  const std::uint64_t all = std::accumulate(header.begin(), header.end(), std::uint64_t{0}, add);
  const std::string_view own = RawField(header, kChecksum);
  return all - std::accumulate(own.begin(), own.end(), std::uint64_t{0}, add) +
         kChecksum.size * static_cast<std::uint64_t>(' ');
}

bool IsZero(std::string_view bytes) {
  return std::ranges::all_of(bytes, [](char c) { return c == '\0'; });
}

std::size_t Padding(std::uint64_t size) { return (kBlock - size % kBlock) % kBlock; }

void Put(std::string& header, Field field, std::string_view text) {
  header.replace(field.at, text.size(), text);
}

/// Zero-padded octal digits, and a zero byte at the end.
void PutNumber(std::string& header, Field field, std::uint64_t number) {
  Put(header, field, fmt::format("{:0{}o}", number, field.size - 1));
}

/// The name, in two parts at one of its slashes where it is too long for one field.
Status PutName(std::string& header, const std::string& name) {
  if (name.size() <= kName.size) {
    Put(header, kName, name);
    return {};
  }
  const std::size_t cut = name.find('/', name.size() - kName.size - 1);
  if (cut == std::string::npos || cut == 0 || cut > kPrefix.size || cut + 1 == name.size()) {
    return MakeError(ErrorCode::kTooLarge, EscapedForPeople(name),
                     "is a longer name than a tar archive holds");
  }
  Put(header, kPrefix, std::string_view(name).substr(0, cut));
  Put(header, kName, std::string_view(name).substr(cut + 1));
  return {};
}

Result<std::string> HeaderOf(const TarFile& file, std::uint64_t modified_seconds) {
  std::string header(kBlock, '\0');
  if (auto named = PutName(header, file.name); !named) return std::unexpected(named.error());
  if (file.bytes.size() > kMostBytes || modified_seconds > kMostBytes) {
    return MakeError(ErrorCode::kTooLarge, EscapedForPeople(file.name), "does not fit a tar file");
  }
  PutNumber(header, kMode, 0600);
  PutNumber(header, kUid, 0);
  PutNumber(header, kGid, 0);
  PutNumber(header, kSize, file.bytes.size());
  PutNumber(header, kModified, modified_seconds);
  Put(header, kType, std::string_view(&kPlainFile, 1));
  Put(header, kMagicField, kMagic);
  PutNumber(header, kDeviceMajor, 0);
  PutNumber(header, kDeviceMinor, 0);
  Put(header, kChecksum, fmt::format("{:06o}", Checksum(header)));
  header[kChecksum.at + 7] = ' ';
  return header;
}

/// What one header says.
struct Entry {
  std::string name;
  std::uint64_t size = 0;
  char type = kPlainFile;
};

std::string WhatItIs(char type) {
  switch (type) {
    case '1':
    case '2':
      return "is a link";
    case 'S':
      return "is a sparse file";
    case 'x':
    case 'g':
    case 'L':
    case 'K':
      return "has a header of an extended format";
    default:
      return fmt::format("is an entry of the type \"{}\"", EscapedForPeople({&type, 1}));
  }
}

Result<Entry> ReadHeader(std::string_view header, std::string_view where) {
  if (NumberField(header, kChecksum) != Checksum(header)) {
    return Malformed(where, "is no tar archive, or a header in it is damaged (its checksum)");
  }
  const bool has_prefix = RawField(header, kMagicField) == kMagic;
  if (!has_prefix && RawField(header, kMagicField) != kGnuMagic) {
    return Malformed(where, "is no tar archive of the format ustar");
  }
  Entry entry{.name = std::string(TextField(header, kName)), .type = header[kType.at]};
  const std::string_view prefix = has_prefix ? TextField(header, kPrefix) : "";
  if (!prefix.empty()) entry.name = fmt::format("{}/{}", prefix, entry.name);
  const auto size = NumberField(header, kSize);
  if (!size) return Malformed(where, "has a header whose size is no number");
  entry.size = *size;
  if (entry.type == kOldPlainFile) entry.type = kPlainFile;
  if (entry.type != kPlainFile && entry.type != kDirectory) {
    return Malformed(where, fmt::format("holds {}, which {}; headroom bundle pack makes none such",
                                        EscapedForPeople(entry.name), WhatItIs(entry.type)));
  }
  return entry;
}

/// Cuts `count` bytes off; nullopt when there are fewer.
std::optional<std::string_view> Take(std::string_view& rest, std::uint64_t count) {
  if (count > rest.size()) return std::nullopt;
  const std::string_view taken = rest.substr(0, count);
  rest.remove_prefix(count);
  return taken;
}

/// Cuts the contents and what fills their last block off.
Result<std::string_view> TakeContents(std::string_view& rest, const Entry& entry,
                                      const TarBounds& bounds, std::string_view where) {
  if (entry.size > bounds.most_file_bytes) {
    return MakeError(ErrorCode::kTooLarge, where,
                     fmt::format("holds {} of {} bytes, more than the {} that a file may have",
                                 EscapedForPeople(entry.name), entry.size, bounds.most_file_bytes));
  }
  const auto bytes = Take(rest, entry.size);
  const auto padding = bytes ? Take(rest, Padding(entry.size)) : std::nullopt;
  if (!padding) return Malformed(where, "is cut off");
  if (!IsZero(*padding)) return Malformed(where, "has bytes between its files, expected none");
  return *bytes;
}

}  // namespace

Result<std::string> WriteTar(const std::vector<TarFile>& files, std::uint64_t modified_seconds) {
  std::string archive;
  for (const TarFile& file : files) {
    const auto header = HeaderOf(file, modified_seconds);
    if (!header) return std::unexpected(header.error());
    archive += *header;
    archive += file.bytes;
    archive.append(Padding(file.bytes.size()), '\0');
  }
  archive.append(2 * kBlock, '\0');
  return archive;
}

Result<std::vector<TarFile>> ReadTar(std::string_view archive, const TarBounds& bounds,
                                     std::string_view where) {
  std::vector<TarFile> files;
  std::string_view rest = archive;
  for (std::size_t entries = 0;; ++entries) {
    const auto header = Take(rest, kBlock);
    if (!header) return Malformed(where, "is cut off: a tar archive ends in blocks of zeros");
    if (IsZero(*header)) break;
    if (entries == bounds.most_entries) {
      return MakeError(ErrorCode::kTooLarge, where,
                       fmt::format("holds more than {} files", bounds.most_entries));
    }
    const auto entry = ReadHeader(*header, where);
    if (!entry) return std::unexpected(entry.error());
    const auto bytes = TakeContents(rest, *entry, bounds, where);
    if (!bytes) return std::unexpected(bytes.error());
    if (entry->type == kPlainFile) files.push_back({entry->name, std::string(*bytes)});
  }
  if (rest.size() < kBlock || !IsZero(rest)) {
    return Malformed(where, "has no proper end: two blocks of zeros, and nothing behind them");
  }
  return files;
}

}  // namespace headroom
