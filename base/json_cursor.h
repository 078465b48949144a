#pragma once

#include <cstddef>
#include <string_view>

namespace headroom {

/// Walks over JSON text without understanding more of it than where a value ends: for readers that
/// keep or change single values and leave every other byte as it is. Whether the text is JSON is
/// somebody else's to say; on text that is none, a step gives false and the place is of no use.
///
/// Borrows the text. Every step is linear and without recursion. Comments are no JSON here. Value
/// type, not for several threads at once.
class JsonCursor {
 public:
  explicit JsonCursor(std::string_view text, std::size_t at = 0) : text_(text), at_(at) {}

  /// Offset in the text; its size at the end.
  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] bool AtEnd() const { return at_ >= text_.size(); }
  /// The character here; NUL at the end.
  [[nodiscard]] char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void SkipBlank();
  /// Past blanks and then `c`, where that is what comes.
  bool Eat(char c);
  /// Past a string, from its first quote to behind its last one.
  bool SkipString();
  /// Past blanks and then one whole value of any kind.
  bool SkipValue();

 private:
  bool SkipNested();

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace headroom
