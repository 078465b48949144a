#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace headroom {

/// SHA-256 (FIPS 180-4), to tell whether a file of a bundle is still the one that was written.
///
/// Our own because it is a leaf of a hundred lines with published test vectors, while the library
/// that has it (libcrypto) costs 5 MB at load time in a hook that is started once a container.
/// Value type; not for secrets (nothing here is constant-time on purpose).
class Sha256 {
 public:
  void Add(std::string_view bytes);
  /// 64 lower-case hex digits. The object is used up by it.
  [[nodiscard]] std::string FinishHex();

 private:
  void AddBlock(const unsigned char* block);

  static constexpr std::size_t kBlockBytes = 64;
  std::array<std::uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<unsigned char, kBlockBytes> pending_{};
  std::size_t pending_bytes_ = 0;
  std::uint64_t total_bytes_ = 0;
};

/// Of one text, as hex.
[[nodiscard]] std::string Sha256Hex(std::string_view bytes);

}  // namespace headroom
