#include "evidence/crc32.h"

#include <array>

namespace headroom {
namespace {

constexpr std::array<std::uint32_t, 256> MakeTable() {
  constexpr std::uint32_t kReversedPolynomial = 0xEDB88320U;
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) {
      value = (value & 1U) != 0 ? (value >> 1U) ^ kReversedPolynomial : value >> 1U;
    }
    table.at(byte) = value;
  }
  return table;
}

}  // namespace

std::uint32_t Crc32(std::string_view bytes) {
  static constexpr std::array<std::uint32_t, 256> kTable = MakeTable();
  std::uint32_t value = 0xFFFFFFFFU;
  for (const char c : bytes) {
    value = (value >> 8U) ^ kTable.at((value ^ static_cast<unsigned char>(c)) & 0xFFU);
  }
  return value ^ 0xFFFFFFFFU;
}

}  // namespace headroom
