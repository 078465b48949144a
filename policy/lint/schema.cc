#include "policy/lint/schema.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "policy/layers/annotations.h"
#include "policy/layers/builtin_profiles.h"
#include "policy/layers/match.h"
#include "policy/parse/value.h"

namespace headroom {
namespace {

using nlohmann::json;

/// What ParseAmount takes.
constexpr const char* kAmountPattern = "^0*[1-9][0-9]*([kmgtKMGT](iB|B)?|B)?$";

json Described(json schema, std::string_view description) {
  schema["description"] = description;
  return schema;
}

json OneOf(std::initializer_list<const char*> words) {
  json list = json::array();
  for (const char* word : words) list.push_back(word);
  return json{{"enum", std::move(list)}};
}

/// An object that has these members and no others.
json Closed(json properties) {
  return json{
      {"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
}

json Reference(const char* name) { return json{{"$ref", fmt::format("#/definitions/{}", name)}}; }

json AmountText() { return json{{"type", "string"}, {"pattern", kAmountPattern}}; }

json KindSchema(ParameterSpec::Kind kind) {
  switch (kind) {
    case ParameterSpec::Kind::kSwitch:
      return json{{"type", "boolean"}};
    case ParameterSpec::Kind::kShare:
      return json{{"type", "number"}, {"exclusiveMinimum", 0}, {"maximum", 1}};
    case ParameterSpec::Kind::kBytes:
      return json{{"anyOf", {json{{"type", "integer"}, {"minimum", 1}}, AmountText()}}};
    case ParameterSpec::Kind::kLimit:
      return json{
          {"anyOf",
           {json{{"type", "integer"}, {"minimum", 0}}, AmountText(), OneOf({"0", "unlimited"})}}};
    case ParameterSpec::Kind::kCount:
      return json{{"type", "integer"}, {"minimum", 1}};
    case ParameterSpec::Kind::kOomScoreAdj:
      return json{{"type", "integer"}, {"minimum", -1000}, {"maximum", 1000}};
  }
  return json::object();
}

json RuleSchema(const Rule& rule) {
  json properties = json::object();
  properties["action"] = Reference("action");
  for (const ParameterSpec& spec : rule.parameters) {
    json parameter = Described(KindSchema(spec.kind), spec.summary);
    if (spec.fallback) parameter["default"] = ParameterToJson(*spec.fallback);
    properties[std::string(spec.name)] = std::move(parameter);
  }
  return Described(Closed(std::move(properties)), rule.summary);
}

json RulesSchema() {
  json properties = json::object();
  for (const Rule* rule : AllRules()) properties[std::string(rule->id)] = RuleSchema(*rule);
  return Described(Closed(std::move(properties)), "What is wanted of each rule, by its id.");
}

json PatternSchema() {
  return Described(json{{"type", "string"}, {"minLength", 1}, {"maxLength", kMaxPatternBytes}},
                   "A pattern: * is any number of characters, ? is one.");
}

json MatchSchema() {
  const json pattern = Reference("pattern");
  const json patterns{{"type", "object"}, {"additionalProperties", pattern}};
  return Described(Closed(json{{"engine", pattern},
                               {"image", pattern},
                               {"name", pattern},
                               {"label", patterns},
                               {"annotation", patterns},
                               {"cgroup_prefix",
                                Described(json{{"type", "string"}, {"pattern", "^/"}},
                                          "A cgroup path; holds for it and for all below it.")}}),
                   "All conditions that are given must hold.");
}

json ProfileName() {
  json schema{{"type", "string"}, {"minLength", 1}};
  for (const std::string_view name : kBuiltInProfiles) schema["examples"].push_back(name);
  return Described(std::move(schema), "A built-in profile, or one of \"profiles\".");
}

json ProfileSchema() {
  return Closed(json{{"extends", Reference("profile_name")},
                     {"mode", Reference("mode")},
                     {"freeze", Reference("freeze")},
                     {"log_lines", Reference("log_lines")},
                     {"throttle", Reference("throttle")},
                     {"pre_kill", Reference("pre_kill")},
                     {"supervisor", Reference("supervisor")},
                     {"rules", Reference("rules")}});
}

json OverrideSchema() {
  json schema = Closed(json{{"match", Reference("match")},
                            {"profile", Reference("profile_name")},
                            {"mode", Reference("mode")},
                            {"freeze", Reference("freeze")},
                            {"log_lines", Reference("log_lines")},
                            {"throttle", Reference("throttle")},
                            {"pre_kill", Reference("pre_kill")},
                            {"supervisor", Reference("supervisor")},
                            {"rules", Reference("rules")}});
  schema["required"] = {"match"};
  return schema;
}

json LogLinesSchema() {
  return Described(json{{"type", "integer"},
                        {"minimum", 0},
                        {"maximum", kMostLogLines},
                        {"default", kDefaultLogLines}},
                   "How many of the last lines of its log a bundle keeps; 0 for none.");
}

json ThrottleSchema() {
  using Bounds = ThrottleBounds;
  const Throttle fallback;
  const auto share = [](double least, double most, double otherwise, const char* what) {
    return Described(
        json{{"type", "number"}, {"minimum", least}, {"maximum", most}, {"default", otherwise}},
        what);
  };
  json grace{{"type", "string"}, {"pattern", "^0*[1-9][0-9]*[sm]$"}};
  grace["default"] = fmt::format("{}s", fallback.stall_grace.count());
  return Described(
      Closed(json{
          {"high_share", share(Bounds::kLeastHighShare, Bounds::kMostHighShare, fallback.high_share,
                               "Where memory.high stands, of memory.max.")},
          {"stall_limit",
           share(Bounds::kLeastStallLimit, 1, fallback.stall_limit,
                 "The share of the time that all its processes may wait for memory.")},
          {"stall_grace",
           Described(std::move(grace), "For how long, until memory.high is lifted.")}}),
      "How mode throttle slows a container down, and when it gives that up.");
}

json PreKillSchema() {
  using Bounds = PreKillBounds;
  json words{{"type", "array"},
             {"maxItems", Bounds::kMostWords},
             {"items", json{{"type", "string"}, {"maxLength", Bounds::kLongestWord}}}};
  const json time{{"type", "string"}, {"pattern", "^0*[1-9][0-9]*[sm]$"}};
  return Described(
      Closed(json{{"command", Described(std::move(words),
                                        "A command of the host, without a shell; the first word is "
                                        "an absolute path. Empty: none.")},
                  {"signal", OneOf({"HUP", "INT", "QUIT", "ABRT", "USR1", "USR2", "TERM"})},
                  {"hold", Described(time, "How much longer the container is slowed down for it.")},
                  {"time", Described(time, "How long the command may take.")}}),
      "What is done once the tripwire was met, before the container may be killed.");
}

json RetentionBoundSchema(RetentionUnit unit) {
  switch (unit) {
    case RetentionUnit::kAge:
      return json{
          {"anyOf",
           {json{{"type", "string"}, {"pattern", "^0*[1-9][0-9]*[dhms]$"}}, OneOf({"unlimited"})}}};
    case RetentionUnit::kBundles:
      return json{{"anyOf", {json{{"type", "integer"}, {"minimum", 1}}, OneOf({"unlimited"})}}};
    case RetentionUnit::kBytes:
      return json{
          {"anyOf",
           {json{{"type", "integer"}, {"minimum", 1}}, AmountText(), OneOf({"unlimited"})}}};
  }
  return json::object();
}

json RetentionSchema() {
  json properties = json::object();
  for (const RetentionKey& key : RetentionKeys()) {
    json bound = Described(RetentionBoundSchema(key.unit), key.summary);
    bound["default"] = RetentionBoundToJson(key.unit, key.fallback);
    properties[std::string(key.name)] = std::move(bound);
  }
  return Described(Closed(std::move(properties)),
                   "How much the supervisor leaves in the bundle store.");
}

json Definitions() {
  return json{{"action", Described(OneOf({"off", "warn", "fix", "deny"}),
                                   "What is done about a rule that is not kept.")},
              {"mode", Described(OneOf({"tripwire", "observe", "throttle"}),
                                 "How the supervisor treats a container.")},
              {"freeze", Described(json{{"type", "boolean"}},
                                   "Whether a container stands still while it is photographed.")},
              {"log_lines", LogLinesSchema()},
              {"throttle", ThrottleSchema()},
              {"pre_kill", PreKillSchema()},
              {"supervisor", Described(OneOf({"auto", "system", "embedded", "none"}),
                                       "Who watches a container.")},
              {"pattern", PatternSchema()},
              {"match", MatchSchema()},
              {"profile_name", ProfileName()},
              {"profile", ProfileSchema()},
              {"override", OverrideSchema()},
              {"rules", RulesSchema()}};
}

json FileProperties() {
  const json annotations{{"enum", KnownAnnotations()}};
  return json{{"$schema", json{{"type", "string"}}},
              {"schema", json{{"type", "string"}}},
              {"mode", Reference("mode")},
              {"freeze", Reference("freeze")},
              {"log_lines", Reference("log_lines")},
              {"throttle", Reference("throttle")},
              {"pre_kill", Reference("pre_kill")},
              {"supervisor", Reference("supervisor")},
              {"profile", Reference("profile_name")},
              {"profiles", Described(json{{"type", "object"},
                                          {"additionalProperties", Reference("profile")},
                                          {"propertyNames", json{{"minLength", 1}}}},
                                     "Settings under names, to be chosen by \"profile\".")},
              {"rules", Reference("rules")},
              {"retention", RetentionSchema()},
              {"overrides", Described(json{{"type", "array"}, {"items", Reference("override")}},
                                      "Settings for the containers that match, in this order.")},
              {"allowed_annotations",
               Described(json{{"type", "array"}, {"items", annotations}},
                         "By which annotations a container may choose for itself.")}};
}

}  // namespace

std::string PolicySchema() {
  json schema = Closed(FileProperties());
  schema["$schema"] = "http://json-schema.org/draft-07/schema#";
  schema["title"] = "Headroom policy";
  schema["definitions"] = Definitions();
  return DumpJson(schema);
}

}  // namespace headroom
