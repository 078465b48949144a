#include "explain/words/unit_statements.h"

#include <fmt/format.h>

#include <optional>
#include <string>

#include "container/engine/engine.h"
#include "evidence/unit_log.h"
#include "explain/inputs/citation.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

/// As systemd.service(5) has it; empty for what is none of its values.
std::string_view MeaningOf(std::string_view oom_policy) {
  if (oom_policy == "stop") return "systemd ends all of it when one of its processes is killed";
  if (oom_policy == "kill") return "the kernel kills all of it together";
  if (oom_policy == "continue") return "the rest of it goes on when one of its processes is killed";
  return "";
}

/// The last one: a unit that is started again says so of each run.
std::optional<Statement> ResultStatement(const Case& the_case) {
  const auto& log = the_case.inputs.unit_log;
  if (!log) return std::nullopt;
  for (std::size_t i = log->lines.size(); i > 0; --i) {
    const auto result = ResultInLine(log->lines[i - 1].text, the_case.container().id);
    if (!result) continue;
    return Statement{.label = "unit",
                     .text = fmt::format("systemd ended it with Result={}", *result),
                     .evidence = fmt::format("{}:{}", kUnitLog, log->header + i)};
  }
  return std::nullopt;
}

std::optional<Statement> PolicyStatement(const Case& the_case) {
  const std::string_view policy = the_case.container().oom_policy;
  const std::string_view meaning = MeaningOf(policy);
  if (meaning.empty()) return std::nullopt;
  return Statement{.label = "unit",
                   .text = fmt::format("OOMPolicy={}: {}", policy, meaning),
                   .evidence = Cite(the_case.evidence(), "container.json", "\"oom_policy\"")};
}

}  // namespace

std::vector<Statement> UnitStatements(const Case& the_case) {
  std::vector<Statement> statements;
  if (the_case.container().engine != kUnitEngine) return statements;
  if (auto result = ResultStatement(the_case)) statements.push_back(*std::move(result));
  auto policy = PolicyStatement(the_case);
  if (policy && !policy->evidence.empty()) statements.push_back(*std::move(policy));
  return statements;
}

}  // namespace headroom
