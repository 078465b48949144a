#include "evidence/kept_log.h"

#include "explain/study/last_words.h"
#include "fuzz/fuzz.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const KeptLog log = ParseKeptLog(text);
  Require(log.lines.size() <= 2000);
  if (const auto words = FindLastWords(log.lines)) Require(words->line < log.lines.size());
  // What was written is read back, whatever the lines hold.
  const std::string written = SerializeKeptLog(log.lines, "SOURCE");
  const KeptLog again = ParseKeptLog(written);
  Require(again.lines.size() == log.lines.size());
  for (std::size_t i = 0; i < log.lines.size(); ++i) {
    Require(again.lines[i].text == log.lines[i].text);
  }
  Require(SerializeKeptLog(again.lines, "SOURCE") == written);
}
