#include "base/json_scanner.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json.h"

namespace headroom {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kLineEnds("\n\r\0", 3);

/// The key that a string token stands for; escapes are the library's to read.
std::string KeyOf(std::string_view token) {
  if (token.size() < 2) return "";
  const std::string_view inside = token.substr(1, token.size() - 2);
  if (inside.find('\\') == std::string_view::npos) return std::string(inside);
  const auto parsed = nlohmann::json::parse(token, nullptr, /*allow_exceptions=*/false);
  return parsed.is_string() ? parsed.get<std::string>() : std::string(inside);
}

}  // namespace

JsonScanner::JsonScanner(std::string_view text) : text_(text) {
  if (text_.starts_with(kByteOrderMark)) next_ = kByteOrderMark.size();
}

void JsonScanner::SkipBlanksAndComments() {
  for (;;) {
    next_ = std::min(text_.find_first_not_of(kBlanks, next_), text_.size());
    const std::string_view rest = text_.substr(next_, 2);
    if (rest == "//") {
      // Where the library ends one: brackets behind it are read, and must not be hidden from us.
      next_ = std::min(text_.find_first_of(kLineEnds, next_), text_.size());
    } else if (rest == "/*") {
      const std::size_t end = text_.find("*/", next_ + 2);
      next_ = end == std::string_view::npos ? text_.size() : end + 2;
    } else {
      return;
    }
  }
}

JsonScanner::Token JsonScanner::TakeString() {
  for (next_ = start_ + 1; next_ < text_.size(); ++next_) {
    if (text_[next_] == '\\') {
      ++next_;
    } else if (text_[next_] == '"') {
      ++next_;
      return Token::kString;
    }
  }
  next_ = text_.size();
  return Token::kEnd;
}

JsonScanner::Token JsonScanner::TakeScalar() {
  next_ = std::min(text_.find_first_of(" \t\r\n,:]}[{\"/", start_), text_.size());
  return next_ == start_ ? Token::kEnd : Token::kScalar;
}

JsonScanner::Token JsonScanner::Next() {
  SkipBlanksAndComments();
  start_ = next_;
  if (start_ == text_.size()) return Token::kEnd;
  ++next_;
  switch (text_[start_]) {
    case '{':
      return Token::kOpenObject;
    case '[':
      return Token::kOpenArray;
    case '}':
    case ']':
      return Token::kClose;
    case ':':
      return Token::kColon;
    case ',':
      return Token::kComma;
    case '"':
      return TakeString();
    default:
      return TakeScalar();
  }
}

void JsonWalk::TakeKey() {
  Level& level = levels_.back();
  level.at_key = false;
  level.key = KeyOf(scanner_.text());
  level.key_offset = scanner_.offset();
  const auto [place, first] = level.seen.emplace(level.key, level.key_offset);
  earlier_key_ = first ? std::string::npos : place->second;
}

bool JsonWalk::IsValue(JsonScanner::Token token) {
  Level* level = levels_.empty() ? nullptr : &levels_.back();
  switch (token) {
    case JsonScanner::Token::kString:
      if (level == nullptr || !level->at_key) return true;
      TakeKey();
      return false;
    case JsonScanner::Token::kClose:
      if (level != nullptr) levels_.pop_back();
      earlier_key_ = std::string::npos;  // of a key that got no value
      return false;
    case JsonScanner::Token::kComma:
      earlier_key_ = std::string::npos;
      if (level != nullptr && level->object) level->at_key = true;
      if (level != nullptr) ++level->index;
      return false;
    case JsonScanner::Token::kOpenObject:
      opened_ = Opened::kObject;
      return true;
    case JsonScanner::Token::kOpenArray:
      opened_ = Opened::kArray;
      return true;
    default:
      return token == JsonScanner::Token::kScalar;
  }
}

bool JsonWalk::Next() {
  if (opened_ != Opened::kNothing) {
    if (levels_.size() >= kMaxJsonDepth) return false;
    Level level;
    level.object = opened_ == Opened::kObject;
    level.at_key = level.object;
    levels_.push_back(std::move(level));
    opened_ = Opened::kNothing;
  }
  earlier_key_ = std::string::npos;
  for (;;) {
    const JsonScanner::Token token = scanner_.Next();
    if (token == JsonScanner::Token::kEnd) return false;
    if (!IsValue(token)) continue;
    value_offset_ = scanner_.offset();
    return true;
  }
}

JsonPath JsonWalk::Path() const {
  JsonPath path;
  for (const Level& level : levels_) {
    if (level.object) {
      path.emplace_back(level.key);
    } else {
      path.emplace_back(level.index);
    }
  }
  return path;
}

}  // namespace headroom
