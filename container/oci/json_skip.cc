#include "container/oci/json_skip.h"

#include <algorithm>

#include "base/json_cursor.h"

namespace headroom {
namespace {

/// Copies a text without the values that are named.
class Skipper {
 public:
  Skipper(std::string_view text, std::initializer_list<std::string_view> names)
      : text_(text), names_(names), cursor_(text) {}

  /// False when the text is not what it seemed; then the result is of no use.
  bool Run() {
    if (!Members("")) return false;
    cursor_.SkipBlank();
    kept_ += text_.substr(copied_);
    return cursor_.AtEnd();
  }
  [[nodiscard]] std::string Take() { return std::move(kept_); }

 private:
  [[nodiscard]] bool IsNamed(const std::string& path) const {
    return std::find(names_.begin(), names_.end(), path) != names_.end();
  }
  [[nodiscard]] bool HasNamedBelow(const std::string& path) const {
    return std::any_of(names_.begin(), names_.end(),
                       [&](std::string_view name) { return name.starts_with(path + "/"); });
  }

  void Replace(std::size_t start) {
    kept_ += text_.substr(copied_, start - copied_);
    kept_ += "null";
    copied_ = cursor_.at();
  }

  bool Member(const std::string& prefix) {
    cursor_.SkipBlank();
    const std::size_t key_start = cursor_.at() + 1;
    if (!cursor_.SkipString()) return false;
    const auto key = text_.substr(key_start, cursor_.at() - 1 - key_start);
    const std::string path = prefix + std::string(key);
    if (!cursor_.Eat(':')) return false;
    cursor_.SkipBlank();
    if (prefix.empty() && cursor_.Peek() == '{' && HasNamedBelow(path)) return Members(path + "/");
    const std::size_t value_start = cursor_.at();
    if (!cursor_.SkipValue()) return false;
    if (IsNamed(path)) Replace(value_start);
    return true;
  }

  /// Past a whole object, member by member.
  bool Members(const std::string& prefix) {
    if (!cursor_.Eat('{')) return false;
    if (cursor_.Eat('}')) return true;
    do {
      if (!Member(prefix)) return false;
    } while (cursor_.Eat(','));
    return cursor_.Eat('}');
  }

  std::string_view text_;
  std::initializer_list<std::string_view> names_;
  JsonCursor cursor_;
  std::size_t copied_ = 0;  ///< up to here the text is kept, or skipped
  std::string kept_;
};

}  // namespace

std::string WithoutMembers(std::string_view text, std::initializer_list<std::string_view> names) {
  Skipper skipper(text, names);
  return skipper.Run() ? skipper.Take() : std::string(text);
}

}  // namespace headroom
