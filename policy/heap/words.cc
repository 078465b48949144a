#include "policy/heap/words.h"

#include <algorithm>

namespace headroom::heap {
namespace {

constexpr std::size_t kLongestCommand = 64U << 10U;
/// What makes more of a text than words, outside of quotes.
constexpr std::string_view kShellsOwn = "$`~*?[]{}()<>|&;!#\n\r";

bool IsBlank(char c, WordRules rules) {
  if (rules == WordRules::kNode) return c == ' ';
  return c == ' ' || (c >= '\t' && c <= '\r');  // isspace() in the C locale
}
bool IsQuote(char c, WordRules rules) {
  return c == '"' || (rules == WordRules::kJava && c == '\'');
}

/// Collects words; a pair of quotes with nothing between makes an empty one.
class WordList {
 public:
  void Add(char c) {
    current_ += c;
    open_ = true;
  }
  void Open() { open_ = true; }
  void End() {
    if (open_) words_.push_back(std::move(current_));
    current_.clear();
    open_ = false;
  }
  std::vector<std::string> Take() {
    End();
    return std::move(words_);
  }

 private:
  std::vector<std::string> words_;
  std::string current_;
  bool open_ = false;
};

/// Reads the shell's "..." from behind the quote; false where it cannot be taken as it stands.
bool TakeDoubleQuoted(std::string_view text, std::size_t& at, WordList& words) {
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') return true;
    if (c == '$' || c == '`') return false;
    if (c != '\\') {
      words.Add(c);
      continue;
    }
    ++at;
    if (at == text.size() || text[at] == '\n') return false;
    // Here a backslash escapes only what is special here.
    if (std::string_view("$`\"\\").find(text[at]) == std::string_view::npos) words.Add('\\');
    words.Add(text[at]);
  }
  return false;
}

bool TakeSingleQuoted(std::string_view text, std::size_t& at, WordList& words) {
  const std::size_t end = text.find('\'', at);
  if (end == std::string_view::npos) return false;
  for (; at < end; ++at) words.Add(text[at]);
  return true;
}

}  // namespace

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

std::vector<std::string> OptionWords(std::string_view text, WordRules rules) {
  WordList words;
  char quote = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (quote != 0 && rules == WordRules::kNode && c == '\\') {
      if (++at < text.size()) words.Add(text[at]);
    } else if (quote != 0 ? c == quote : IsQuote(c, rules)) {
      quote = quote != 0 ? '\0' : c;
      words.Open();
    } else if (quote == 0 && IsBlank(c, rules)) {
      words.End();
    } else {
      words.Add(c);
    }
  }
  return words.Take();
}

std::optional<std::vector<std::string>> ShellWords(std::string_view text) {
  if (text.size() > kLongestCommand) return std::nullopt;
  WordList words;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == ' ' || c == '\t') {
      words.End();
    } else if (c == '\'' || c == '"') {
      words.Open();
      ++at;
      const bool taken =
          c == '"' ? TakeDoubleQuoted(text, at, words) : TakeSingleQuoted(text, at, words);
      if (!taken) return std::nullopt;
    } else if (c == '\\') {
      ++at;
      if (at == text.size() || text[at] == '\n') return std::nullopt;
      words.Add(text[at]);
    } else if (kShellsOwn.find(c) != std::string_view::npos) {
      return std::nullopt;
    } else {
      words.Add(c);
    }
  }
  return words.Take();
}

bool IsAssignment(std::string_view word) {
  const std::size_t end = word.find('=');
  if (end == std::string_view::npos || end == 0) return false;
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  if (!letter(word.front())) return false;
  return std::ranges::all_of(word.substr(0, end),
                             [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

}  // namespace headroom::heap
