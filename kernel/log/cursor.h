#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace headroom {

/// Cuts pieces off the front of a text. What does not fit leaves the text as it was. Borrows.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  [[nodiscard]] std::string_view rest() const { return rest_; }
  [[nodiscard]] bool AtEnd() const { return rest_.empty(); }

  bool Take(std::string_view prefix);
  bool Take(char c) { return Take(std::string_view(&c, 1)); }
  void SkipBlanks();
  /// One to `most` digits; none, or more than that, is no number.
  std::optional<std::uint64_t> Number(std::size_t most);
  /// Up to the next blank, which stays; empty at a blank and at the end.
  std::string_view Word();
  /// The index of the name that the text begins with.
  std::optional<std::size_t> OneOf(std::span<const std::string_view> names);

 private:
  std::string_view rest_;
};

}  // namespace headroom
