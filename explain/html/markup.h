#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace headroom {

/// Text that is safe wherever a page may have it: between tags and within a quoted attribute.
struct SafeText {
  std::string text;
};

/// Escapes what is ready for people, and whatever else it may be: markup, quotes, control
/// characters, what is no UTF-8 (`\xNN`), and characters that are not seen or that turn the
/// direction of others (`\u{202e}`). The result never holds "//", "http" or "javascript:" as they
/// stand, so that a page has no address in it at all; they read the same. Pure, linear.
[[nodiscard]] SafeText Text(std::string_view words);

/// The same for bytes of a container or of a file that nobody has escaped yet: a backslash in them
/// is `\x5c`, so that no escape is taken for one of ours.
[[nodiscard]] SafeText TextOfBytes(std::string_view bytes);

/// A whole number, and a coordinate with one digit behind the point.
[[nodiscard]] SafeText Number(std::uint64_t number);
[[nodiscard]] SafeText Coordinate(double number);

/// One piece of a page: a literal of ours, which is markup, or safe text. Nothing else converts, so
/// that no byte from outside becomes markup by mistake.
class Piece {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): a literal stands in lists of pieces
  consteval Piece(const char* literal) : view_(literal) {}
  // NOLINTNEXTLINE(google-explicit-constructor): so does text; it outlives the list
  Piece(const SafeText& safe) : view_(safe.text) {}
  [[nodiscard]] std::string_view view() const { return view_; }

 private:
  std::string_view view_;
};

/// A page, or a part of one, as it grows.
class Markup {
 public:
  void Put(std::initializer_list<Piece> pieces) {
    for (const Piece& piece : pieces) text_ += piece.view();
  }
  void Put(const Markup& part) { text_ += part.text_; }
  [[nodiscard]] std::size_t size() const { return text_.size(); }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  [[nodiscard]] std::string Take() { return std::exchange(text_, {}); }

 private:
  std::string text_;
};

}  // namespace headroom
