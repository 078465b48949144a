#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace headroom {

/// Where something stands in a JSON text, for messages about texts that parse but do not say what
/// they should: the parser's own document has no positions any more. Pure, any thread; each
/// function is one pass over the text, meant for the path on which something is wrong already.
/// Comments are skipped as ParseJson skips them.

/// Both from 1, as editors count. A column is a byte; a tab is one.
struct JsonPosition {
  std::size_t line = 1;
  std::size_t column = 1;
  bool operator==(const JsonPosition&) const = default;
};

/// The way to a value: a key of an object, or an index of an array, a step each.
using JsonStep = std::variant<std::string, std::size_t>;
using JsonPath = std::vector<JsonStep>;

/// Of a member of an object: its name, or what stands behind the colon.
enum class JsonPlace { kKey, kValue };

/// "line 3, column 12".
[[nodiscard]] std::string ToText(JsonPosition position);

/// The position of the byte at `offset`; beyond the text: just behind its end.
[[nodiscard]] JsonPosition PositionAt(std::string_view text, std::size_t offset);

/// Where the value at `path` stands. Of a key that is there twice the last one is meant, as in the
/// parsed document. A path that is not there gives the place of the nearest value around it.
/// Looks no deeper than ParseJson does.
[[nodiscard]] JsonPosition FindJsonPosition(std::string_view text, const JsonPath& path,
                                            JsonPlace place);

/// A key that stands more than once in one object; the parser keeps the last and says nothing.
struct DuplicateKey {
  JsonPath path;          ///< of the member
  JsonPosition position;  ///< of a repetition
  JsonPosition first;
};

/// In the order of the text, at most `at_most` of them.
[[nodiscard]] std::vector<DuplicateKey> FindDuplicateKeys(std::string_view text,
                                                          std::size_t at_most = 100);

/// The offset of the first bracket that opens a level below `levels` levels; the text's size when
/// there is none.
[[nodiscard]] std::size_t FindDeeperThan(std::string_view text, std::size_t levels);

}  // namespace headroom
