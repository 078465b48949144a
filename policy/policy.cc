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

std::optional<ParameterValue> ReadShare(const json& value) {
  if (!value.is_number()) return std::nullopt;
  const double share = value.get<double>();
  if (!(share > 0 && share <= 1)) return std::nullopt;
  return share;
}

std::optional<ParameterValue> ReadLimit(const json& value) {
  if (value == "unlimited") return Limit::Unlimited();
  if (value == 0 || value == "0") return Limit(Bytes{0});
  if (const auto amount = ReadAmount(value)) return Limit(*amount);
  return std::nullopt;
}

std::optional<ParameterValue> ReadCount(const json& value) {
  if (!value.is_number_unsigned() || value == 0) return std::nullopt;
  return Count{value.get<std::uint64_t>()};
}

std::optional<ParameterValue> ReadScore(const json& value) {
  if (!value.is_number_integer()) return std::nullopt;
  const auto score = value.get<std::int64_t>();
  if (score < -1000 || score > 1000) return std::nullopt;
  return OomScoreAdj{static_cast<int>(score)};
}

std::optional<ParameterValue> ReadValue(ParameterSpec::Kind kind, const json& value) {
  switch (kind) {
    case ParameterSpec::Kind::kSwitch:
      if (!value.is_boolean()) return std::nullopt;
      return value.get<bool>();
    case ParameterSpec::Kind::kShare:
      return ReadShare(value);
    case ParameterSpec::Kind::kBytes: {
      const auto amount = ReadAmount(value);
      return amount ? std::optional<ParameterValue>(*amount) : std::nullopt;
    }
    case ParameterSpec::Kind::kLimit:
      return ReadLimit(value);
    case ParameterSpec::Kind::kCount:
      return ReadCount(value);
    case ParameterSpec::Kind::kOomScoreAdj:
      return ReadScore(value);
  }
  return std::nullopt;
}

std::string_view Expectation(ParameterSpec::Kind kind) {
  switch (kind) {
    case ParameterSpec::Kind::kSwitch:
      return "is expected to be true or false";
    case ParameterSpec::Kind::kShare:
      return "is expected to be a number above 0 and at most 1";
    case ParameterSpec::Kind::kBytes:
      return "is expected to be a number of bytes above 0, or text like \"512M\"";
    case ParameterSpec::Kind::kLimit:
      return "is expected to be a number of bytes, text like \"512M\", or \"unlimited\"";
    case ParameterSpec::Kind::kCount:
      return "is expected to be a whole number above 0";
    case ParameterSpec::Kind::kOomScoreAdj:
      return "is expected to be a whole number from -1000 to 1000";
  }
  return "";
}

void ReadParameter(const ParameterSpec& spec, const json& value, FieldReader& reader,
                   RuleSettings& settings) {
  const std::string name(spec.name);
  if (const auto read = ReadValue(spec.kind, value)) {
    settings.values[name] = *read;
  } else {
    reader.Refuse(name, Expectation(spec.kind));
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

json ToJson(Limit limit) {
  return limit.unlimited() ? json("unlimited") : json(limit.bytes().value);
}

json ToJson(const ParameterValue& value) {
  return std::visit(
      [](const auto& held) -> json {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, Limit>) {
          return ToJson(held);
        } else if constexpr (std::is_same_v<Held, bool> || std::is_same_v<Held, double>) {
          return held;
        } else {
          return held.value;
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
