#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace headroom {

/// One gzip member (RFC 1952), without a name or a time, so that the same bytes give the same
/// result as long as zlib does.
[[nodiscard]] Result<std::string> Compressed(std::string_view bytes);

/// The inverse of text that somebody sent. Exactly one member, with nothing behind it. kTooLarge
/// when it would be more than `max_bytes`: no more than those is ever held. kMalformed: no gzip,
/// cut off, or its checksum is wrong; names `where`.
[[nodiscard]] Result<std::string> Uncompressed(std::string_view bytes, std::size_t max_bytes,
                                               std::string_view where);

}  // namespace headroom
