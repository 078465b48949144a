#include "evidence/docker_local_log.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

namespace headroom {
namespace {

constexpr std::size_t kLengthBytes = 4;

/// Field numbers of LogEntry, and of the message that says which part of a line it is.
enum class EntryField : std::uint64_t {
  kSource = 1,
  kTimeNano = 2,
  kLine = 3,
  kPartial = 4,
  kPart = 5
};
constexpr std::uint64_t kPartIsLast = 1;

/// protobuf's wire types (protobuf.dev/programming-guides/encoding).
enum class WireType : std::uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

struct WireField {
  std::uint64_t number = 0;
  std::uint64_t value = 0;  ///< of a kVarint
  std::string_view bytes;   ///< of a kBytes
};

std::optional<std::uint64_t> TakeVarint(std::string_view& rest) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !rest.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
    if ((byte & 0x80U) == 0) return value;
  }
  return std::nullopt;
}

std::optional<std::string_view> TakeBytes(std::string_view& rest, std::uint64_t size) {
  if (size > rest.size()) return std::nullopt;
  const std::string_view bytes = rest.substr(0, size);
  rest.remove_prefix(size);
  return bytes;
}

std::optional<WireField> TakeField(std::string_view& rest) {
  const auto key = TakeVarint(rest);
  if (!key) return std::nullopt;
  WireField field{.number = *key >> 3U, .value = 0, .bytes = {}};
  std::optional<std::uint64_t> size;
  switch (static_cast<WireType>(*key & 7U)) {
    case WireType::kVarint: {
      const auto value = TakeVarint(rest);
      if (!value) return std::nullopt;
      field.value = *value;
      return field;
    }
    case WireType::kFixed64:
      size = 8;
      break;
    case WireType::kFixed32:
      size = 4;
      break;
    case WireType::kBytes:
      size = TakeVarint(rest);
      break;
    default:
      return std::nullopt;
  }
  const auto bytes = size ? TakeBytes(rest, *size) : std::nullopt;
  if (!bytes) return std::nullopt;
  field.bytes = *bytes;
  return field;
}

bool IsLastPart(std::string_view part) {
  bool last = false;
  while (!part.empty()) {
    const auto field = TakeField(part);
    if (!field) return false;
    if (field->number == kPartIsLast) last = field->value != 0;
  }
  return last;
}

/// nullopt: no time that Docker would write.
std::optional<WallTime> TimeOf(std::uint64_t nanoseconds) {
  if (nanoseconds > static_cast<std::uint64_t>(WallTime::max().count())) return std::nullopt;
  return WallTime(static_cast<WallTime::rep>(nanoseconds));
}

/// nullopt: no LogEntry.
std::optional<ContainerLogPiece> ParseEntry(std::string_view message) {
  ContainerLogPiece piece;
  bool last_part = false;
  while (!message.empty()) {
    const auto field = TakeField(message);
    if (!field) return std::nullopt;
    switch (static_cast<EntryField>(field->number)) {
      case EntryField::kSource:
        piece.line.stream = field->bytes;
        break;
      case EntryField::kTimeNano:
        piece.line.at = TimeOf(field->value);
        break;
      case EntryField::kLine:
        piece.line.text = field->bytes;
        break;
      case EntryField::kPartial:
        piece.partial = field->value != 0;
        break;
      case EntryField::kPart:
        last_part = IsLastPart(field->bytes);
        break;
    }
  }
  if (last_part) piece.partial = false;
  if (piece.line.at) piece.line.stamp = ToIso8601(*piece.line.at);
  return piece;
}

std::size_t LengthAt(std::string_view text, std::size_t at) {
  std::size_t length = 0;
  for (const char byte : text.substr(at, kLengthBytes)) {
    length = (length << 8U) | static_cast<unsigned char>(byte);
  }
  return length;
}

/// The message of the last record, which is taken off; nullopt: the text ends with none.
std::optional<std::string_view> TakeLastMessage(std::string_view& text) {
  if (text.size() < 2 * kLengthBytes) return std::nullopt;
  const std::size_t length = LengthAt(text, text.size() - kLengthBytes);
  if (length > text.size() - 2 * kLengthBytes) return std::nullopt;
  const std::size_t start = text.size() - length - 2 * kLengthBytes;
  if (LengthAt(text, start) != length) return std::nullopt;
  const std::string_view message = text.substr(start + kLengthBytes, length);
  text = text.substr(0, start);
  return message;
}

}  // namespace

std::vector<ContainerLogPiece> ParseDockerLocalLog(std::string_view text) {
  std::vector<ContainerLogPiece> pieces;
  while (const auto message = TakeLastMessage(text)) {
    auto piece = ParseEntry(*message);
    if (!piece) break;
    const std::string& stream = piece->line.stream;
    if (stream == "stdout" || stream == "stderr") pieces.push_back(*std::move(piece));
  }
  std::ranges::reverse(pieces);
  return pieces;
}

}  // namespace headroom
