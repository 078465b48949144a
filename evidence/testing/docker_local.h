#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace headroom {

/// What is written of one line, or of a part of one.
struct LocalLine {
  std::string stream = "stdout";
  std::int64_t nanoseconds = 1'795'000'000'000'000'000;  ///< since 1970
  std::string line;
  // NOLINTNEXTLINE(readability-redundant-member-init): clang warns of an initialiser without it
  std::optional<bool> last_part = {};  ///< nullopt: it is a whole line
};

inline std::string Varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80U; value >>= 7U) bytes += static_cast<char>((value & 0x7FU) | 0x80U);
  return bytes + static_cast<char>(value);
}

/// A field of a protobuf message: its number and wire type, then what it holds.
inline std::string VarintField(unsigned number, std::uint64_t value) {
  return Varint(number << 3U) + Varint(value);
}
inline std::string BytesField(unsigned number, const std::string& bytes) {
  return Varint((number << 3U) | 2U) + Varint(bytes.size()) + bytes;
}

inline std::string LocalMessage(const LocalLine& line) {
  std::string message = BytesField(1, line.stream) +
                        VarintField(2, static_cast<std::uint64_t>(line.nanoseconds)) +
                        BytesField(3, line.line);
  if (!line.last_part) return message;
  message += VarintField(4, 1);
  return message + BytesField(5, VarintField(1, *line.last_part ? 1 : 0) + BytesField(2, "a1b2") +
                                     VarintField(3, 1));
}

/// A record as Docker's log driver `local` writes it.
inline std::string LocalRecordOf(const std::string& message) {
  std::string length;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    length += static_cast<char>((message.size() >> shift) & 0xFFU);
  }
  return length + message + length;
}
inline std::string LocalRecord(const LocalLine& line) { return LocalRecordOf(LocalMessage(line)); }

}  // namespace headroom
