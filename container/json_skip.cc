#include "container/json_skip.h"

#include <algorithm>

namespace headroom {
namespace {

constexpr std::string_view kBlank = " \t\r\n";

/// Walks over JSON text without understanding more of it than where a value ends.
class Skipper {
 public:
  Skipper(std::string_view text, std::initializer_list<std::string_view> names)
      : text_(text), names_(names) {}

  /// False when the text is not what it seemed; then the result is of no use.
  bool Run() {
    SkipBlank();
    if (!Members("")) return false;
    SkipBlank();
    kept_ += text_.substr(copied_);
    return at_ == text_.size();
  }
  [[nodiscard]] std::string Take() { return std::move(kept_); }

 private:
  [[nodiscard]] char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void SkipBlank() { at_ = std::min(text_.find_first_not_of(kBlank, at_), text_.size()); }
  bool Eat(char c) {
    if (Peek() != c) return false;
    ++at_;
    return true;
  }

  /// Past the closing quote.
  bool SkipString() {
    if (!Eat('"')) return false;
    for (;;) {
      at_ = std::min(text_.find_first_of("\"\\", at_), text_.size());
      if (Eat('"')) return true;
      at_ += 2;  // a backslash and what it escapes
      if (at_ >= text_.size()) return false;
    }
  }

  /// Past a whole object or array, by its brackets.
  bool SkipNested() {
    int depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        if (!SkipString()) return false;
        continue;
      }
      ++at_;
      if (c == '{' || c == '[') ++depth;
      if ((c == '}' || c == ']') && --depth == 0) return true;
    }
    return false;
  }

  bool SkipValue() {
    if (Peek() == '"') return SkipString();
    if (Peek() == '{' || Peek() == '[') return SkipNested();
    const std::size_t start = at_;
    at_ = std::min(text_.find_first_of(",}] \t\r\n", at_), text_.size());
    return at_ > start;
  }

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
    copied_ = at_;
  }

  bool Member(const std::string& prefix) {
    const std::size_t key_start = at_ + 1;
    if (!SkipString()) return false;
    const std::string path = prefix + std::string(text_.substr(key_start, at_ - 1 - key_start));
    SkipBlank();
    if (!Eat(':')) return false;
    SkipBlank();
    if (prefix.empty() && Peek() == '{' && HasNamedBelow(path)) return Members(path + "/");
    const std::size_t value_start = at_;
    if (!SkipValue()) return false;
    if (IsNamed(path)) Replace(value_start);
    return true;
  }

  /// Past a whole object, member by member.
  bool Members(const std::string& prefix) {
    if (!Eat('{')) return false;
    SkipBlank();
    if (Eat('}')) return true;
    for (;;) {
      SkipBlank();
      if (!Member(prefix)) return false;
      SkipBlank();
      if (Eat('}')) return true;
      if (!Eat(',')) return false;
    }
  }

  std::string_view text_;
  std::initializer_list<std::string_view> names_;
  std::size_t at_ = 0;
  std::size_t copied_ = 0;  ///< up to here `text_` is in `kept_`, or skipped
  std::string kept_;
};

}  // namespace

std::string WithoutMembers(std::string_view text, std::initializer_list<std::string_view> names) {
  Skipper skipper(text, names);
  return skipper.Run() ? skipper.Take() : std::string(text);
}

}  // namespace headroom
