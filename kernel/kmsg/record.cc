#include "kernel/kmsg/record.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <limits>
#include <utility>

#include "base/file.h"
#include "base/text.h"

namespace headroom {
namespace {

std::optional<unsigned> HexValue(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  return std::nullopt;
}

/// Undoes \xNN. The kernel escapes every backslash too, so nothing else can look like one.
std::string Unescaped(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("\\x") && i + 3 < text.size()) {
      const auto high = HexValue(text[i + 2]);
      const auto low = HexValue(text[i + 3]);
      if (high && low) {
        bytes += static_cast<char>(*high * 16 + *low);
        i += 3;
        continue;
      }
    }
    bytes += text[i];
  }
  return bytes;
}

std::unexpected<Error> NoRecord(std::string_view raw) {
  constexpr std::size_t kShownBytes = 80;
  return Malformed("kmsg", "found '" + EscapedForPeople(raw.substr(0, kShownBytes)) +
                               "', expected 'PRIORITY,SEQUENCE,MICROSECONDS,FLAGS;TEXT'");
}

}  // namespace

Result<KmsgRecord> ParseKmsgRecord(std::string_view raw) {
  const std::string_view line = raw.substr(0, raw.find('\n'));
  const std::size_t semicolon = line.find(';');
  if (semicolon == std::string_view::npos) return NoRecord(raw);
  // Flags and what follows them ("caller=T12") may grow: only the first three are fixed.
  const auto fields = Split(line.substr(0, semicolon), ',');
  if (fields.size() < 3) return NoRecord(raw);
  const auto priority = ParseUint64(fields[0]);
  const auto sequence = ParseUint64(fields[1]);
  const auto time = ParseUint64(fields[2]);
  constexpr auto kMostTime =
      static_cast<std::uint64_t>(std::numeric_limits<std::chrono::microseconds::rep>::max());
  if (!priority || *priority > std::numeric_limits<unsigned>::max() || !sequence || !time ||
      *time > kMostTime) {
    return NoRecord(raw);
  }
  return KmsgRecord{.priority = static_cast<unsigned>(*priority),
                    .sequence = *sequence,
                    .since_boot = std::chrono::microseconds(*time),
                    .text = Unescaped(line.substr(semicolon + 1)),
                    .raw = std::string(raw)};
}

Result<KmsgReader> KmsgReader::Open(StartAt start) {
  const std::string path = "/dev/kmsg";
  auto fd = OpenAt(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!fd) return std::unexpected(fd.error());
  if (lseek(fd->get(), 0, start == StartAt::kEnd ? SEEK_END : SEEK_SET) < 0) {
    return SystemError(path, "cannot be positioned");
  }
  return KmsgReader(*std::move(fd));
}

KmsgReader KmsgReader::FromDescriptor(UniqueFd fd) { return KmsgReader(std::move(fd)); }

Result<std::optional<KmsgRecord>> KmsgReader::Next() {
  // The kernel refuses to cut a record: its own readers' buffers have 8 KiB at most.
  std::array<char, 16384> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): read fills it
  for (;;) {
    const ssize_t got = read(fd_.get(), buffer.data(), buffer.size());
    if (got > 0) {
      auto record = ParseKmsgRecord({buffer.data(), static_cast<std::size_t>(got)});
      if (record) return *std::move(record);
      continue;
    }
    if (got == 0 || errno == EAGAIN) return std::nullopt;
    if (errno == EPIPE) ++overruns_;
    if (errno != EPIPE && errno != EINTR) return SystemError("/dev/kmsg", "cannot be read");
  }
}

}  // namespace headroom
