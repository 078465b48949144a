#include "explain/html/anchor.h"

#include <fmt/format.h>

#include "base/text.h"

namespace headroom {
namespace {

bool StaysInAnchor(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_-./:").find(c) != std::string_view::npos;
}

}  // namespace

SafeText AnchorOf(std::string_view citation) {
  std::string plain;
  for (const char c : citation) {
    if (StaysInAnchor(c)) {
      plain += c;
    } else {
      plain += fmt::format("~{:02x}", static_cast<unsigned char>(c));
    }
  }
  return Text(plain);
}

std::string CitationOf(std::string_view file, std::size_t line) {
  return line == 0 ? std::string(file) : fmt::format("{}:{}", file, line);
}

Citation ParseCitation(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos) {
    const auto line = ParseUint64(text.substr(colon + 1));
    if (line && *line > 0) return {std::string(text.substr(0, colon)), *line};
  }
  return {std::string(text), 0};
}

}  // namespace headroom
