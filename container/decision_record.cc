#include "container/decision_record.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "container/field_reader.h"

namespace headroom {
namespace {

using nlohmann::json;

/// More rules, or parameters of one, than any version has; a bound for hostile files.
constexpr std::size_t kMaxRows = 256;

void PutUnlessEmpty(json& object, std::string_view key, const std::string& text) {
  if (!text.empty()) PutBytes(object, key, text);
}

json ToJson(const ParameterRecord& parameter) {
  json object = json::object();
  PutBytes(object, "name", parameter.name);
  PutBytes(object, "value", parameter.value);
  PutUnlessEmpty(object, "origin", parameter.origin);
  return object;
}

json ToJson(const RuleRecord& rule) {
  json object = json::object();
  PutBytes(object, "rule", rule.rule);
  PutBytes(object, "action", rule.action);
  PutUnlessEmpty(object, "action_origin", rule.action_origin);
  PutBytes(object, "outcome", rule.outcome);
  PutUnlessEmpty(object, "reason", rule.reason);
  if (rule.parameters.empty()) return object;
  json rows = json::array();
  for (const ParameterRecord& parameter : rule.parameters) rows.push_back(ToJson(parameter));
  object["parameters"] = std::move(rows);
  return object;
}

void PutTime(json& object, std::string_view key, const std::optional<std::uint64_t>& time) {
  if (time) object[std::string(key)] = *time;
}

template <typename Row, typename ReadRow>
std::vector<Row> ReadRows(FieldReader& reader, std::string_view key, Status& status,
                          ReadRow read_row) {
  std::vector<Row> rows;
  const json* array = reader.MaybeArray(key);
  if (array == nullptr) return rows;
  if (array->size() > kMaxRows) {
    reader.Refuse(key, fmt::format("has more than {} rows", kMaxRows));
    return rows;
  }
  for (const json& row : *array) {
    if (!row.is_object()) {
      reader.Refuse(key, "has a row that is not an object");
      return rows;
    }
    rows.push_back(read_row(row, fmt::format("{}: {}", reader.where(), key), status));
  }
  return rows;
}

ParameterRecord ReadParameter(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  return ParameterRecord{.name = reader.AnyBytes("name"),
                         .value = reader.AnyBytes("value"),
                         .origin = reader.AnyBytes("origin")};
}

RuleRecord ReadRule(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  return RuleRecord{
      .rule = reader.AnyBytes("rule"),
      .action = reader.AnyBytes("action"),
      .action_origin = reader.AnyBytes("action_origin"),
      .outcome = reader.AnyBytes("outcome"),
      .reason = reader.AnyBytes("reason"),
      .parameters = ReadRows<ParameterRecord>(reader, "parameters", status, ReadParameter)};
}

}  // namespace

json DecisionRecordToJson(const DecisionRecord& record) {
  json object = json::object();
  PutBytes(object, "mode", record.mode);
  PutUnlessEmpty(object, "mode_origin", record.mode_origin);
  json rows = json::array();
  for (const RuleRecord& rule : record.rules) rows.push_back(ToJson(rule));
  object["rules"] = std::move(rows);
  if (!record.facts.empty()) {
    if (auto facts = ParseJsonObject(record.facts, "facts")) object["facts"] = std::move(*facts);
  }
  PutTime(object, "facts_us", record.facts_us);
  PutTime(object, "decide_us", record.decide_us);
  PutTime(object, "fixes_us", record.fixes_us);
  return object;
}

DecisionRecord ReadDecisionRecord(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  DecisionRecord record;
  record.mode = reader.AnyBytes("mode");
  record.mode_origin = reader.AnyBytes("mode_origin");
  record.rules = ReadRows<RuleRecord>(reader, "rules", status, ReadRule);
  if (const json* facts = reader.MaybeObject("facts")) record.facts = DumpJsonLine(*facts);
  record.facts_us = reader.MaybeUint64("facts_us");
  record.decide_us = reader.MaybeUint64("decide_us");
  record.fixes_us = reader.MaybeUint64("fixes_us");
  return record;
}

std::string SerializeDecisionRecord(const DecisionRecord& record) {
  return DumpJson(DecisionRecordToJson(record));
}

Result<DecisionRecord> ParseDecisionRecord(std::string_view text, std::string_view where) {
  const auto document = ParseJsonObject(text, where);
  if (!document) return std::unexpected(document.error());
  Status status;
  DecisionRecord record = ReadDecisionRecord(*document, std::string(where), status);
  if (!status) return std::unexpected(status.error());
  return record;
}

}  // namespace headroom
