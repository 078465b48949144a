#include <fmt/format.h>

#include "base/text.h"
#include "explain/inputs/citation.h"
#include "explain/study/alloc_failure.h"
#include "explain/words/statements.h"
#include "explain/words/words.h"

namespace headroom {

Statement SaidLast(const LastWords& words, std::string evidence) {
  return {.label = "said last",
          .text = fmt::format("\"{}\"", Shown(Trimmed(words.text))),
          .evidence = std::move(evidence)};
}

std::vector<Statement> LastWordsStatements(const Case& the_case) {
  // What it said long before has nothing to do with how it ended.
  constexpr std::chrono::minutes kShortlyBefore{1};
  const auto words = LastWordsWithin(the_case, kShortlyBefore);
  if (!words) return {};
  const std::size_t line = the_case.inputs.log->header + words->line + 1;
  return {SaidLast(*words, fmt::format("container/log.txt:{}", line))};
}

}  // namespace headroom
