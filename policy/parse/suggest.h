#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace headroom {

/// How many letters have to be changed, added, left out or swapped with their neighbour to make
/// one word of the other. Takes the product of both lengths.
[[nodiscard]] std::size_t EditDistance(std::string_view left, std::string_view right);

/// "did you mean \"mode\"?" with the nearest of `known`, where one is near enough to be meant;
/// else empty. '-' and '_' count as the same. Words beyond 64 bytes are near to nothing.
[[nodiscard]] std::string DidYouMean(std::string_view word,
                                     const std::vector<std::string_view>& known);

}  // namespace headroom
