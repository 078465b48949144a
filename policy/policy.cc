#include "policy/policy.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/text.h"
#include "container/field_reader.h"

namespace headroom {
namespace {

using nlohmann::json;

constexpr std::string_view kActions = "\"off\", \"warn\", \"fix\" or \"deny\"";

const ParameterSpec* FindParameter(const Rule& rule, std::string_view name) {
  for (const ParameterSpec& spec : rule.parameters) {
    if (spec.name == name) return &spec;
  }
  return nullptr;
}

/// A number of bytes, or text such as "512M".
std::optional<Bytes> ReadAmount(const json& value) {
  if (value.is_number_unsigned() && value != 0) return Bytes{value.get<std::uint64_t>()};
  if (value.is_string()) return ParseAmount(value.get_ref<const std::string&>());
  return std::nullopt;
}

void ReadParameter(const ParameterSpec& spec, const json& value, FieldReader& reader,
                   RuleSettings& settings) {
  const std::string name(spec.name);
  switch (spec.kind) {
    case ParameterSpec::Kind::kSwitch:
      if (value.is_boolean()) {
        settings.values[name] = value.get<bool>();
      } else {
        reader.Refuse(name, "is expected to be true or false");
      }
      return;
    case ParameterSpec::Kind::kShare:
      if (value.is_number() && value.get<double>() > 0 && value.get<double>() <= 1) {
        settings.values[name] = value.get<double>();
      } else {
        reader.Refuse(name, "is expected to be a number above 0 and at most 1");
      }
      return;
    case ParameterSpec::Kind::kBytes:
      if (const auto amount = ReadAmount(value)) {
        settings.values[name] = *amount;
      } else {
        reader.Refuse(name, "is expected to be a number of bytes above 0, or text like \"512M\"");
      }
      return;
  }
}

void ReadAction(FieldReader& reader, RuleSettings& settings) {
  const auto name = reader.MaybeString("action");
  if (!name) return;
  if (const auto action = ParseAction(*name)) {
    settings.action = *action;
  } else {
    reader.Refuse("action", fmt::format("is \"{}\", expected {}", *name, kActions));
  }
}

void Ignored(std::vector<std::string>& notes, std::string_view where, std::string_view key) {
  notes.push_back(
      fmt::format("{}: key \"{}\" is not known and was ignored", where, EscapedForPeople(key)));
}

void ReadRule(const Rule& rule, const json& object, FieldReader& reader, RuleSettings& settings,
              std::vector<std::string>& notes) {
  ReadAction(reader, settings);
  for (const auto& [key, value] : object.items()) {
    if (key == "action" || value.is_null()) continue;
    if (const ParameterSpec* spec = FindParameter(rule, key)) {
      ReadParameter(*spec, value, reader, settings);
    } else {
      Ignored(notes, reader.where(), key);
    }
  }
}

void ReadRules(Policy& policy, const json& rules, std::string_view where, Status& status,
               std::vector<std::string>& notes) {
  const std::string rules_where = fmt::format("{}: rules", where);
  FieldReader reader(rules, rules_where, status);
  for (const auto& [id, value] : rules.items()) {
    const Rule* rule = FindRule(id);
    if (rule == nullptr) {
      Ignored(notes, rules_where, id);
      continue;
    }
    const json* object = reader.MaybeObject(id);
    if (object == nullptr) continue;
    FieldReader values(*object, fmt::format("{}: {}", rules_where, id), status);
    ReadRule(*rule, *object, values, policy.rules[id], notes);
  }
}

void ReadMode(Policy& policy, FieldReader& reader) {
  const auto name = reader.MaybeString("mode");
  if (!name) return;
  if (const auto mode = ParseMode(*name)) {
    policy.mode = *mode;
  } else {
    reader.Refuse(
        "mode",
        fmt::format("is \"{}\", expected \"tripwire\", \"observe\" or \"throttle\"", *name));
  }
}

json ToJson(const ParameterValue& value) {
  return std::visit(
      [](const auto& held) -> json {
        if constexpr (std::is_same_v<std::decay_t<decltype(held)>, Bytes>) {
          return held.value;
        } else {
          return held;
        }
      },
      value);
}

}  // namespace

std::optional<Bytes> ParseAmount(std::string_view text) {
  const std::size_t digits = text.find_first_not_of("0123456789");
  const auto number = ParseUint64(text.substr(0, digits));
  std::string_view unit = digits == std::string_view::npos ? "" : text.substr(digits);
  if (!number || *number == 0) return std::nullopt;
  unsigned shift = 0;
  if (!unit.empty() && unit != "B") {
    constexpr std::string_view kUnits = "kmgtKMGT";
    const std::size_t place = kUnits.find(unit.front());
    if (place == std::string_view::npos) return std::nullopt;
    shift = 10 * (static_cast<unsigned>(place) % 4 + 1);
    unit.remove_prefix(1);
    if (!unit.empty() && unit != "B" && unit != "iB") return std::nullopt;
  }
  if (*number > (UINT64_MAX >> shift)) return std::nullopt;
  return Bytes{*number << shift};
}

Status ApplyPolicyText(Policy& policy, std::string_view text, std::string_view where,
                       std::vector<std::string>& notes) {
  const auto document = ParseJsonObject(text, where);
  if (!document) return std::unexpected(document.error());
  Status status;
  Policy changed = policy;
  FieldReader reader(*document, std::string(where), status);
  ReadMode(changed, reader);
  if (const json* rules = reader.MaybeObject("rules")) {
    ReadRules(changed, *rules, where, status, notes);
  }
  for (const auto& [key, value] : document->items()) {
    // "$schema" and "schema" are for editors and for people.
    if (key != "mode" && key != "rules" && key != "$schema" && key != "schema") {
      Ignored(notes, where, key);
    }
  }
  if (status) policy = std::move(changed);
  return status;
}

std::string SerializePolicy(const Policy& policy) {
  json rules = json::object();
  for (const auto& [id, settings] : policy.rules) {
    json row = json::object();
    row["action"] = ActionName(settings.action);
    for (const auto& [name, value] : settings.values) row[name] = ToJson(value);
    rules[id] = std::move(row);
  }
  json document = json::object();
  document["mode"] = ModeName(policy.mode);
  document["rules"] = std::move(rules);
  return DumpJson(document);
}

}  // namespace headroom
