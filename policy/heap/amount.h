#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/bytes.h"

namespace headroom::heap {

/// What a larger amount counts as, 1 EiB: sums and products of a few of them do not overflow.
inline constexpr Bytes kLargestAmount{1ULL << 60U};
/// Longer texts are no amount: what is recognised is quoted to people.
inline constexpr std::size_t kLongestAmount = 40;

/// One suffix of an amount. An empty suffix is a number without one.
struct Unit {
  std::string_view suffix;
  std::uint64_t factor = 1;  ///< bytes
};
enum class LetterCase { kExact, kIgnored };

/// Decimal digits and one of `units`, the whole text; at most kLargestAmount comes out. nullopt for
/// everything else: no digits, a sign, a blank, another suffix, a text above kLongestAmount.
[[nodiscard]] std::optional<Bytes> ParseSize(std::string_view text, std::span<const Unit> units,
                                             LetterCase letter_case);

/// "75", "75.5": above 0, at most 100; nullopt for everything else.
[[nodiscard]] std::optional<double> ParsePercentage(std::string_view text);

/// `share` times `whole`, rounded down; at most kLargestAmount.
[[nodiscard]] Bytes PartOf(Bytes whole, double share);
/// What makes `part` when it is taken `share` times, rounded up; at most kLargestAmount. `share`
/// above 0.
[[nodiscard]] Bytes WholeOf(Bytes part, double share);
/// The sum; at most kLargestAmount.
[[nodiscard]] Bytes Sum(Bytes left, Bytes right);
/// `size` so many times; at most kLargestAmount.
[[nodiscard]] Bytes Times(Bytes size, std::uint64_t count);

/// Without the last, broken mebibyte.
[[nodiscard]] constexpr std::uint64_t WholeMebibytes(Bytes size) { return size.value >> 20U; }

}  // namespace headroom::heap
