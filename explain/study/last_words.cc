#include "explain/study/last_words.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace headroom {
namespace {

constexpr std::size_t kLongestQuote = 160;

struct Message {
  std::string_view words;
  bool allocation;
};

constexpr std::array<Message, 8> kMessages = {{{"std::bad_alloc", true},
                                               {"OutOfMemoryError", true},
                                               {"MemoryError", true},
                                               {"Cannot allocate memory", true},
                                               {"JavaScript heap out of memory", true},
                                               {"fatal error: runtime: out of memory", true},
                                               {"No space left on device", false},
                                               {"Bus error", false}}};

const Message* MessageIn(std::string_view text) {
  const auto found = std::ranges::find_if(kMessages, [&](const Message& message) {
    return text.find(message.words) != std::string_view::npos;
  });
  return found == kMessages.end() ? nullptr : &*found;
}

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80; }

/// Around the words, where the whole does not fit; between code points.
std::string Quote(std::string_view text, std::string_view words) {
  if (text.size() <= kLongestQuote) return std::string(text);
  const std::size_t at = text.find(words);
  std::size_t begin = at + words.size() <= kLongestQuote ? 0 : at;
  while (begin < at && IsContinuation(text[begin])) ++begin;
  std::size_t end = std::min(begin + kLongestQuote, text.size());
  while (end > at + words.size() && end < text.size() && IsContinuation(text[end])) --end;
  return std::string(text.substr(begin, end - begin));
}

}  // namespace

std::optional<LastWords> FindLastWords(const std::vector<ContainerLine>& lines) {
  for (std::size_t i = lines.size(); i-- > 0;) {
    const ContainerLine& line = lines[i];
    const Message* message = MessageIn(line.text);
    if (message == nullptr) continue;
    return LastWords{.text = Quote(line.text, message->words),
                     .stamp = line.stamp,
                     .at = line.at,
                     .line = i,
                     .allocation = message->allocation};
  }
  return std::nullopt;
}

}  // namespace headroom
