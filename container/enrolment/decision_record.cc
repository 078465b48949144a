#include "container/enrolment/decision_record.h"

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "container/field_reader.h"

namespace headroom {
namespace {

using nlohmann::json;

/// More rules than there are; a bound for hostile files.
constexpr std::size_t kMaxRows = 256;

void WriteUnlessEmpty(JsonWriter& out, std::string_view key, const std::string& text) {
  if (!text.empty()) WriteBytes(out, key, text);
}

void WriteParameter(JsonWriter& out, const ParameterRecord& parameter) {
  out.BeginObject();
  WriteBytes(out, "name", parameter.name);
  WriteBytes(out, "value", parameter.value);
  WriteUnlessEmpty(out, "origin", parameter.origin);
  out.EndObject();
}

void WriteParameters(JsonWriter& out, std::string_view key,
                     const std::vector<ParameterRecord>& parameters) {
  if (parameters.empty()) return;
  out.Key(key);
  out.BeginArray();
  for (const ParameterRecord& parameter : parameters) WriteParameter(out, parameter);
  out.EndArray();
}

/// A line each, for people who read the file as it is.
void WriteRule(JsonWriter& out, const RuleRecord& rule) {
  out.BeginObject(JsonLayout::kLine);
  WriteBytes(out, "rule", rule.rule);
  WriteBytes(out, "action", rule.action);
  WriteUnlessEmpty(out, "action_origin", rule.action_origin);
  WriteBytes(out, "outcome", rule.outcome);
  WriteUnlessEmpty(out, "reason", rule.reason);
  WriteParameters(out, "parameters", rule.parameters);
  out.EndObject();
}

void WriteIfKnown(JsonWriter& out, std::string_view key,
                  const std::optional<std::uint64_t>& number) {
  if (!number) return;
  out.Key(key);
  out.Number(*number);
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
      .parameters = RowsOf<ParameterRecord>(reader, "parameters", kMaxRows, status, ReadParameter)};
}

}  // namespace

void WriteDecisionRecord(JsonWriter& out, const DecisionRecord& record) {
  out.BeginObject();
  WriteBytes(out, "mode", record.mode);
  WriteUnlessEmpty(out, "mode_origin", record.mode_origin);
  WriteIfKnown(out, "log_lines", record.log_lines);
  WriteUnlessEmpty(out, "log_lines_origin", record.log_lines_origin);
  WriteParameters(out, "settings", record.settings);
  WriteIfKnown(out, "facts_us", record.facts_us);
  WriteIfKnown(out, "decide_us", record.decide_us);
  WriteIfKnown(out, "fixes_us", record.fixes_us);
  out.Key("rules");
  out.BeginArray();
  for (const RuleRecord& rule : record.rules) WriteRule(out, rule);
  out.EndArray();
  if (!record.facts.empty()) {
    out.Key("facts");
    out.Json(record.facts);
  }
  out.EndObject();
}

DecisionRecord ReadDecisionRecord(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  DecisionRecord record;
  record.mode = reader.AnyBytes("mode");
  record.mode_origin = reader.AnyBytes("mode_origin");
  record.log_lines = reader.MaybeUint64("log_lines");
  record.log_lines_origin = reader.AnyBytes("log_lines_origin");
  record.settings = RowsOf<ParameterRecord>(reader, "settings", kMaxRows, status, ReadParameter);
  record.rules = RowsOf<RuleRecord>(reader, "rules", kMaxRows, status, ReadRule);
  if (const json* facts = reader.MaybeObject("facts")) record.facts = DumpJsonLine(*facts);
  record.facts_us = reader.MaybeUint64("facts_us");
  record.decide_us = reader.MaybeUint64("decide_us");
  record.fixes_us = reader.MaybeUint64("fixes_us");
  return record;
}

std::string SerializeDecisionRecord(const DecisionRecord& record) {
  JsonWriter out(JsonLayout::kIndented);
  WriteDecisionRecord(out, record);
  return std::move(out).Finish();
}

Result<DecisionRecord> ParseDecisionRecord(std::string_view text, std::string_view where) {
  return ParseRecord<DecisionRecord>(text, where, ReadDecisionRecord);
}

}  // namespace headroom
