#include "kernel/mount/mountinfo.h"

#include <fmt/format.h>
#include <sys/sysmacros.h>

#include <limits>

#include "base/text.h"
#include "kernel/proc/process.h"

namespace headroom {
namespace {

/// Hosts with thousands of containers have mount tables of some MiB.
constexpr std::size_t kMaxMountinfoBytes = std::size_t{32} << 20U;

bool IsOctal(char c) { return c >= '0' && c <= '7'; }

/// Undoes the \NNN that the kernel writes for blanks, line ends and backslashes.
std::string Unescaped(std::string_view text) {
  if (text.find('\\') == std::string_view::npos) return std::string(text);
  std::string bytes;
  bytes.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '\\' && i + 3 < text.size() && text[i + 1] <= '3' &&
                        IsOctal(text[i + 1]) && IsOctal(text[i + 2]) && IsOctal(text[i + 3]);
    if (!escape) {
      bytes += text[i];
      continue;
    }
    const int value = (text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0');
    bytes += static_cast<char>(value);
    i += 3;
  }
  return bytes;
}

std::optional<unsigned> ParseUnsigned(std::string_view text) {
  const auto value = ParseUint64(text);
  if (!value || *value > std::numeric_limits<unsigned>::max()) return std::nullopt;
  return static_cast<unsigned>(*value);
}

std::optional<dev_t> ParseDevice(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto major_number = ParseUnsigned(text.substr(0, colon));
  const auto minor_number = ParseUnsigned(text.substr(colon + 1));
  if (!major_number || !minor_number) return std::nullopt;
  return makedev(*major_number, *minor_number);
}

/// ID PARENT MAJOR:MINOR ROOT POINT OPTIONS [OPTIONAL...] - TYPE SOURCE SUPER
std::optional<Mount> ParseLine(std::string_view line) {
  // By single blanks: the source may be empty, and then two blanks follow one another.
  const auto fields = Split(line, ' ');
  constexpr std::size_t kFirstOptional = 6;
  std::size_t dash = kFirstOptional;
  while (dash < fields.size() && fields[dash] != "-") ++dash;
  if (dash + 2 >= fields.size()) return std::nullopt;
  const auto id = ParseUnsigned(fields[0]);
  const auto parent = ParseUnsigned(fields[1]);
  const auto device = ParseDevice(fields[2]);
  if (!id || !parent || !device) return std::nullopt;
  const bool has_options = dash + 3 < fields.size();
  return Mount{.id = *id,
               .parent = *parent,
               .device = *device,
               .root = Unescaped(fields[3]),
               .mount_point = Unescaped(fields[4]),
               .mount_options = Unescaped(fields[5]),
               .type = Unescaped(fields[dash + 1]),
               .source = Unescaped(fields[dash + 2]),
               .super_options = has_options ? Unescaped(fields[dash + 3]) : ""};
}

/// "65536k" as tmpfs prints it; the other units it takes are understood as well.
std::optional<Bytes> ParseSize(std::string_view text) {
  unsigned shift = 0;
  const char unit = text.empty() ? '\0' : text.back();
  if (unit == 'k' || unit == 'K') shift = 10;
  if (unit == 'm' || unit == 'M') shift = 20;
  if (unit == 'g' || unit == 'G') shift = 30;
  if (shift != 0) text.remove_suffix(1);
  const auto number = ParseUint64(text);
  if (!number || *number > (std::numeric_limits<std::uint64_t>::max() >> shift)) {
    return std::nullopt;
  }
  return Bytes{*number << shift};
}

}  // namespace

Result<std::vector<Mount>> ParseMountinfo(std::string_view text) {
  std::vector<Mount> mounts;
  for (std::size_t number = 1; const auto line = TakeLine(text); ++number) {
    auto mount = ParseLine(*line);
    if (!mount) {
      constexpr std::size_t kShownBytes = 120;
      return Malformed(fmt::format("mountinfo:{}", number),
                       fmt::format("found '{}', expected 'ID PARENT MAJOR:MINOR ROOT POINT OPTIONS "
                                   "... - TYPE SOURCE OPTIONS'",
                                   EscapedForPeople(line->substr(0, kShownBytes))));
    }
    mounts.push_back(*std::move(mount));
  }
  return mounts;
}

Result<std::vector<Mount>> ReadMountinfo(const HostView& host, pid_t pid) {
  const auto text = ReadProcessFile(host, pid, "mountinfo", kMaxMountinfoBytes);
  if (!text) return std::unexpected(text.error());
  return ParseMountinfo(*text);
}

const Mount* FindMount(const std::vector<Mount>& mounts, std::string_view mount_point) {
  const Mount* found = nullptr;
  for (const Mount& mount : mounts) {
    if (mount.mount_point == mount_point) found = &mount;
  }
  return found;
}

std::optional<Limit> TmpfsSize(const Mount& mount) {
  constexpr std::string_view kKey = "size=";
  if (mount.type != "tmpfs") return std::nullopt;
  std::optional<Limit> found;
  for (const std::string_view option : Split(mount.super_options, ',')) {
    if (!option.starts_with(kKey)) continue;
    const auto size = ParseSize(option.substr(kKey.size()));
    if (!size) return std::nullopt;
    found = size->value == 0 ? Limit::Unlimited() : Limit(*size);
  }
  return found;
}

}  // namespace headroom
