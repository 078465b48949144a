#pragma once

#include <string>
#include <string_view>

namespace headroom {

/// Whether `next`, a line without a prefix, is the rest of the kernel's line `text`, which a mail
/// program has broken: whether `text` lacks its end and `next` may be it.
[[nodiscard]] bool IsBroken(std::string_view text, std::string_view next);

/// Both in one, as they were before.
[[nodiscard]] std::string Rejoined(std::string_view text, std::string_view next);

}  // namespace headroom
