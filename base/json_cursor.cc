#include "base/json_cursor.h"

#include <algorithm>

namespace headroom {
namespace {

constexpr std::string_view kBlank = " \t\r\n";
constexpr std::string_view kEndOfScalar = ",:}] \t\r\n";

}  // namespace

void JsonCursor::SkipBlank() { at_ = std::min(text_.find_first_not_of(kBlank, at_), text_.size()); }

bool JsonCursor::Eat(char c) {
  SkipBlank();
  if (Peek() != c) return false;
  ++at_;
  return true;
}

bool JsonCursor::SkipString() {
  if (Peek() != '"') return false;
  ++at_;
  for (;;) {
    at_ = std::min(text_.find_first_of("\"\\", at_), text_.size());
    if (AtEnd()) return false;
    if (text_[at_] == '"') {
      ++at_;
      return true;
    }
    at_ = std::min(at_ + 2, text_.size());  // a backslash and what it escapes
  }
}

/// A whole object or array, by its brackets.
bool JsonCursor::SkipNested() {
  std::size_t depth = 0;
  while (!AtEnd()) {
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

bool JsonCursor::SkipValue() {
  SkipBlank();
  if (Peek() == '"') return SkipString();
  if (Peek() == '{' || Peek() == '[') return SkipNested();
  const std::size_t start = at_;
  at_ = std::min(text_.find_first_of(kEndOfScalar, at_), text_.size());
  return at_ > start;
}

}  // namespace headroom
