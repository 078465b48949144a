#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_position.h"

namespace headroom {

/// Splits JSON text into tokens without judging whether they stand in the right order: ParseJson
/// has done that. Borrows the text. Every call moves on, so a walk is linear and ends.
class JsonScanner {
 public:
  enum class Token { kOpenObject, kOpenArray, kClose, kColon, kComma, kString, kScalar, kEnd };

  explicit JsonScanner(std::string_view text);

  /// kEnd at the end, and where the rest is nothing that JSON has.
  Token Next();
  /// Of the last token.
  [[nodiscard]] std::size_t offset() const { return start_; }
  /// The text of the last token; of a string with its quotes.
  [[nodiscard]] std::string_view text() const { return text_.substr(start_, next_ - start_); }

 private:
  void SkipBlanksAndComments();
  Token TakeString();
  Token TakeScalar();

  std::string_view text_;
  std::size_t start_ = 0;
  std::size_t next_ = 0;
};

/// Visits every value of a document with the way to it. Stops where the nesting is deeper than
/// ParseJson reads.
class JsonWalk {
 public:
  explicit JsonWalk(std::string_view text) : scanner_(text) {}

  /// Goes on to the next value; false when there is none.
  bool Next();

  struct Level {
    bool object = false;
    bool at_key = false;  ///< the next string is a key
    std::string key;      ///< objects: of the member
    std::size_t key_offset = 0;
    std::size_t index = 0;                                 ///< arrays
    std::map<std::string, std::size_t, std::less<>> seen;  ///< objects: keys, and where first
  };
  [[nodiscard]] const std::vector<Level>& levels() const { return levels_; }
  [[nodiscard]] std::size_t value_offset() const { return value_offset_; }
  [[nodiscard]] JsonPath Path() const;
  /// Where the key of the current value stood first; npos when it is the first of its name.
  [[nodiscard]] std::size_t earlier_key() const { return earlier_key_; }

 private:
  bool IsValue(JsonScanner::Token token);
  void TakeKey();

  JsonScanner scanner_;
  std::vector<Level> levels_;
  std::size_t value_offset_ = 0;
  std::size_t earlier_key_ = std::string::npos;
  enum class Opened { kNothing, kObject, kArray } opened_ = Opened::kNothing;
};

}  // namespace headroom
