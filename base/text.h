#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headroom {

/// Decimal digits only, the whole text, no sign and no blanks; nullopt otherwise or on overflow.
[[nodiscard]] std::optional<std::uint64_t> ParseUint64(std::string_view text);

/// The same for a number that may be negative.
[[nodiscard]] std::optional<std::int64_t> ParseInt64(std::string_view text);

/// Without blanks, tabs and line ends at either end. Borrows `text`.
[[nodiscard]] std::string_view Trimmed(std::string_view text);

/// Pieces between `separator`; an empty text has none, "a\n" has one. Borrows `text`.
[[nodiscard]] std::vector<std::string_view> Split(std::string_view text, char separator);

/// Words between runs of blanks and tabs. Borrows `text`.
[[nodiscard]] std::vector<std::string_view> Words(std::string_view text);

/// Cuts the next line off `rest` (without its line end); nullopt when nothing is left.
[[nodiscard]] std::optional<std::string_view> TakeLine(std::string_view& rest);

/// Bytes from a container made safe to print on a terminal and to put into JSON: printable ASCII
/// and valid UTF-8 stay, every control character, backslash and broken byte becomes \xNN.
[[nodiscard]] std::string EscapedForPeople(std::string_view bytes);

/// A name fit for one path component: [A-Za-z0-9_.-] stay, the rest becomes %NN; a leading dot
/// too, so that neither "." nor ".." nor a hidden file can come out. Empty stays empty.
[[nodiscard]] std::string PercentEncoded(std::string_view bytes);

/// The inverse; nullopt for text that PercentEncoded cannot have made.
[[nodiscard]] std::optional<std::string> PercentDecoded(std::string_view text);

/// CRC-32 (IEEE 802.3) of the bytes; guards records that a crash may have cut.
[[nodiscard]] std::uint32_t Crc32(std::string_view bytes);

}  // namespace headroom
