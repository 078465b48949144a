#include <nlohmann/json.hpp>

#include "base/json.h"
#include "explain/verdict.h"

namespace headroom {
namespace {

using nlohmann::json;

json LimitToJson(const std::optional<Limit>& limit) {
  if (!limit) return nullptr;
  return limit->unlimited() ? json("max") : json(limit->bytes().value);
}

json VictimToJson(const Verdict& verdict) {
  if (!verdict.victim_pid) return nullptr;
  return {{"pid", *verdict.victim_pid},
          {"comm", verdict.victim_comm},
          {"rss", verdict.victim_rss ? json(verdict.victim_rss->value) : json(nullptr)},
          {"is_init", verdict.victim_is_init}};
}

/// An empty text means that it is not known.
json TextOrNull(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

json StatementToJson(const Statement& statement) {
  return {{"label", statement.label}, {"text", statement.text}, {"evidence", statement.evidence}};
}

}  // namespace

std::string VerdictJson(const Verdict& verdict) {
  json statements = json::array();
  for (const Statement& statement : verdict.statements) {
    statements.push_back(StatementToJson(statement));
  }
  return DumpJson({{"schema", "headroom.summary/1"},
                   {"container", verdict.container},
                   {"headline", verdict.headline},
                   {"cause", CauseName(verdict.cause)},
                   {"confidence", ConfidenceName(verdict.confidence)},
                   {"level", TextOrNull(verdict.level)},
                   {"limit", LimitToJson(verdict.limit)},
                   {"killer", TextOrNull(verdict.killer)},
                   {"victim", VictimToJson(verdict)},
                   {"kills", verdict.kills ? json(*verdict.kills) : json(nullptr)},
                   {"statements", std::move(statements)},
                   {"advice", verdict.advice},
                   {"bundle", TextOrNull(verdict.bundle)}});
}

}  // namespace headroom
