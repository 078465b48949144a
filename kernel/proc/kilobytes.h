#pragma once

#include <optional>
#include <string_view>

#include "base/bytes.h"

namespace headroom {

/// "  123 kB" as /proc prints it: blanks, a decimal number, " kB" and nothing else. The kernel's kB
/// is 1024 bytes. nullopt otherwise, and for numbers above 2^52 kB, which no machine has and whose
/// sums could wrap.
[[nodiscard]] std::optional<Bytes> ParseKilobytes(std::string_view text);

/// The same for digits alone, the unit having been cut off by the caller.
[[nodiscard]] std::optional<Bytes> KilobytesFromDigits(std::string_view digits);

}  // namespace headroom
