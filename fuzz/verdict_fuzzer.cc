#include "base/text.h"
#include "explain/verdict.h"
#include "fuzz/fuzz.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const auto verdict = ParseVerdict(text, "summary.json");
  if (!verdict) {
    Require(verdict.error().code == ErrorCode::kMalformed);
    return;
  }
  // Whatever stood there, a terminal is safe from it.
  for (const char c : VerdictText(*verdict)) {
    Require(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
  }
  const auto again = ParseVerdict(VerdictJson(*verdict), "summary.json");
  Require(again.has_value() && again->headline == verdict->headline);
  Require(VerdictJson(*again) == VerdictJson(*verdict));
  Require(again->cause == verdict->cause && again->statements.size() == verdict->statements.size());
}
