#include "evidence/redaction.h"

#include <algorithm>

#include "fuzz/fuzz.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const std::string once = Redacted(text);
  Require(once.size() <= 11 * text.size() + 11);
  Require(std::ranges::count(once, '\n') == std::ranges::count(text, '\n'));
  Require(Redacted(once) == once);
}
