#include "policy/parse/problem.h"

#include <fmt/format.h>

#include "base/text.h"

namespace headroom {
namespace {

std::string StepText(const JsonPath& path, std::size_t place) {
  if (const auto* key = std::get_if<std::string>(&path[place])) return EscapedForPeople(*key);
  const auto number = std::get<std::size_t>(path[place]) + 1;
  return fmt::format(
      "{}{}", place == 1 && path[0] == JsonStep("overrides") ? "override " : "entry ", number);
}

}  // namespace

std::string PathText(const JsonPath& path) {
  std::string text;
  for (std::size_t i = 0; i < path.size(); ++i) {
    // "override 2" says already in which list it is.
    const bool said_by_next = i == 0 && path.size() > 1 && path[0] == JsonStep("overrides");
    if (said_by_next) continue;
    if (!text.empty()) text += ": ";
    text += StepText(path, i);
  }
  return text;
}

Error ToError(const ParseProblem& problem, std::string_view text, std::string_view file) {
  const JsonPosition position = FindJsonPosition(text, problem.path, problem.place);
  std::string what = fmt::format("{}: {}", ToText(position), problem.text);
  if (!problem.hint.empty()) what += "; " + problem.hint;
  return Malformed(file, what).error();
}

}  // namespace headroom
