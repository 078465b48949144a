#pragma once

#include <cstdint>
#include <string_view>

namespace headroom {

/// CRC-32 (IEEE 802.3, the one of zlib): tells a torn sample from a whole one. Not a defence
/// against anybody.
[[nodiscard]] std::uint32_t Crc32(std::string_view bytes);

}  // namespace headroom
