#include "policy/heap/words.h"

#include "fuzz/fuzz.h"

namespace {

std::size_t Letters(const std::vector<std::string>& words) {
  std::size_t letters = 0;
  for (const std::string& word : words) letters += word.size();
  return letters;
}

}  // namespace

HEADROOM_FUZZ(text) {
  using namespace headroom;
  using namespace headroom::heap;
  // Splitting makes nothing up.
  for (const WordRules rules : {WordRules::kJava, WordRules::kNode}) {
    Require(Letters(OptionWords(text, rules)) <= text.size());
  }
  const auto words = ShellWords(text);
  if (!words) return;
  Require(Letters(*words) <= text.size());
  // What is plain words comes out the same once each is quoted.
  std::string quoted;
  for (const std::string& word : *words) {
    if (word.find('\'') != std::string::npos) return;
    quoted += "'" + word + "' ";
  }
  if (quoted.size() <= (64U << 10U)) Require(ShellWords(quoted) == words);
}
