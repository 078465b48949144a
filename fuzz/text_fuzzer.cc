#include "base/text.h"

#include "fuzz/fuzz.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const std::string encoded = PercentEncoded(text);
  Require(PercentDecoded(encoded) == std::string(text));
  Require(encoded.find('/') == std::string::npos && !encoded.starts_with('.'));
  for (const char c : EscapedForPeople(text)) {
    Require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
  }
  if (const auto decoded = PercentDecoded(text)) Require(decoded->size() <= text.size());
}
