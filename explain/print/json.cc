#include <nlohmann/json.hpp>

#include "base/json.h"
#include "explain/print/held_json.h"
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

json AmountOrNull(const std::optional<Bytes>& bytes) {
  return bytes ? json(bytes->value) : json(nullptr);
}

json HeldToJson(const std::optional<HeldFigures>& held) {
  if (!held) return nullptr;
  return {{"anon", AmountOrNull(held->anon)},   {"shmem", AmountOrNull(held->shmem)},
          {"zswap", AmountOrNull(held->zswap)}, {"kernel", AmountOrNull(held->kernel)},
          {"cache", AmountOrNull(held->cache)}, {"cgroup", held->cgroup},
          {"at_kill", held->at_kill},           {"evidence", held->evidence}};
}

json GrowthToJson(const std::optional<GrowthFigures>& growth) {
  if (!growth) return nullptr;
  return {{"shape", growth->shape},
          {"bytes_per_second", growth->bytes_per_second},
          {"duration_ns", growth->duration.count()},
          {"samples", growth->samples},
          {"fit", growth->fit ? json(*growth->fit) : json(nullptr)},
          {"first_pressure_boot_ns",
           growth->first_pressure ? json(growth->first_pressure->count()) : json(nullptr)},
          {"to_limit_ns", growth->to_limit ? json(growth->to_limit->count()) : json(nullptr)}};
}

/// An empty text means that it is not known.
json TextOrNull(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

json KillerToJson(const std::optional<KillerProcess>& killer) {
  if (!killer) return nullptr;
  return {{"pid", killer->pid > 0 ? json(killer->pid) : json(nullptr)},
          {"comm", TextOrNull(killer->comm)},
          {"exe", TextOrNull(killer->exe)},
          {"unit", TextOrNull(killer->unit)},
          {"cgroup", TextOrNull(killer->cgroup)},
          {"via", TextOrNull(killer->via)}};
}

json ExitToJson(const std::optional<ExitStatus>& exit) {
  if (!exit) return nullptr;
  return exit->signal ? json{{"signal", *exit->signal}} : json{{"code", exit->code.value_or(0)}};
}

json StatementToJson(const Statement& statement) {
  return {{"label", statement.label}, {"text", statement.text}, {"evidence", statement.evidence}};
}

}  // namespace

std::string VerdictJson(const Verdict& verdict) {
  json statements = json::array();
  for (const Statement& statement : verdict.statements) {
    statements.push_back(StatementToJson(statement));
  }
  return DumpJson(
      {{"schema", "headroom.summary/1"},
       {"container", verdict.container},
       {"headline", verdict.headline},
       {"cause", CauseName(verdict.cause)},
       {"confidence", ConfidenceName(verdict.confidence)},
       {"level", TextOrNull(verdict.level)},
       {"limit", LimitToJson(verdict.limit)},
       {"killer", TextOrNull(verdict.killer)},
       {"killer_process", KillerToJson(verdict.killer_process)},
       {"exit", ExitToJson(verdict.exit)},
       {"victim", VictimToJson(verdict)},
       {"kills", verdict.kills ? json(*verdict.kills) : json(nullptr)},
       {"killed_wall", verdict.killed_wall ? json(ToIso8601(*verdict.killed_wall)) : json(nullptr)},
       {"init_alive", verdict.init_alive ? json(*verdict.init_alive) : json(nullptr)},
       {"held", HeldToJson(verdict.held)},
       {"breakdown", BreakdownsToJson(verdict.breakdown)},
       {"mappings", MappingsToJson(verdict.mappings)},
       {"growth", GrowthToJson(verdict.growth)},
       {"snapshot_age_ns",
        verdict.snapshot_age ? json(verdict.snapshot_age->count()) : json(nullptr)},
       {"statements", std::move(statements)},
       {"advice", verdict.advice},
       {"advice_now", verdict.advice_now},
       {"advice_cure", verdict.advice_cure},
       {"bundle", TextOrNull(verdict.bundle)}});
}

}  // namespace headroom
