#include "policy/parse/layer_parser.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/text.h"
#include "policy/layers/annotations.h"
#include "policy/parse/match_parser.h"
#include "policy/parse/object_reader.h"
#include "policy/parse/suggest.h"
#include "policy/parse/value.h"

namespace headroom {
namespace {

using nlohmann::json;

template <typename T>
Sourced<T> From(std::string_view origin, T value) {
  return {.value = std::move(value), .origin = std::string(origin)};
}

std::optional<Sourced<Mode>> ReadMode(ObjectReader& reader, const std::string& origin) {
  const auto name = reader.String("mode");
  if (!name) return std::nullopt;
  if (const auto mode = ParseMode(*name)) return From(origin, *mode);
  reader.Refuse("mode", fmt::format("is \"{}\", expected \"tripwire\", \"observe\" or \"throttle\"",
                                    EscapedForPeople(*name)));
  return std::nullopt;
}

std::optional<Sourced<SupervisorChoice>> ReadSupervisor(ObjectReader& reader,
                                                        const std::string& origin) {
  const auto name = reader.String("supervisor");
  if (!name) return std::nullopt;
  if (const auto choice = ParseSupervisorChoice(*name)) return From(origin, *choice);
  reader.Refuse("supervisor",
                fmt::format(R"(is "{}", expected "auto", "system", "embedded" or "none")",
                            EscapedForPeople(*name)));
  return std::nullopt;
}

std::optional<Sourced<bool>> ReadFreeze(ObjectReader& reader, const std::string& origin) {
  const json* value = reader.Value("freeze");
  if (value == nullptr) return std::nullopt;
  if (value->is_boolean()) return From(origin, value->get<bool>());
  reader.Refuse("freeze", "is neither true nor false");
  return std::nullopt;
}

std::optional<Sourced<std::uint32_t>> ReadLogLines(ObjectReader& reader,
                                                   const std::string& origin) {
  const json* value = reader.Value("log_lines");
  if (value == nullptr) return std::nullopt;
  if (const auto lines = LogLinesIn(*value)) return From(origin, *lines);
  reader.Refuse("log_lines", kLogLinesExpected);
  return std::nullopt;
}

std::optional<Sourced<double>> ReadThrottleShare(ObjectReader& reader, std::string_view key,
                                                 double least, double most,
                                                 const std::string& origin) {
  const json* value = reader.Value(key);
  if (value == nullptr) return std::nullopt;
  if (value->is_number()) {
    const auto share = value->get<double>();
    if (share >= least && share <= most) return From(origin, share);
  }
  reader.Refuse(key, fmt::format("is expected to be a number from {} to {}", least, most));
  return std::nullopt;
}

/// "5s", at most `most`; nullopt: nothing is said, or it is refused.
std::optional<std::chrono::seconds> ReadSeconds(ObjectReader& reader, std::string_view key,
                                                std::chrono::seconds most) {
  const json* value = reader.Value(key);
  if (value == nullptr) return std::nullopt;
  const auto age = ReadRetentionBound(RetentionUnit::kAge, *value);
  if (age && *age && **age <= static_cast<std::uint64_t>(most.count())) {
    return std::chrono::seconds(**age);
  }
  reader.Refuse(key, fmt::format(R"(is expected to be a time from "1s" to "{}s")", most.count()));
  return std::nullopt;
}

std::vector<std::string> ReadWords(ObjectReader& reader, std::string_view key) {
  std::vector<std::string> words;
  const json* list = reader.Array(key);
  if (list == nullptr) return words;
  for (const json& word : *list) {
    if (!word.is_string()) {
      reader.Refuse(key,
                    R"(is expected to be a list of words such as ["/usr/bin/gcore", "{pid}"])");
      return {};
    }
    words.push_back(word.get<std::string>());
  }
  return words;
}

std::optional<Sourced<PreKill>> ReadPreKillSetting(ObjectReader& settings,
                                                   const std::string& origin) {
  constexpr std::string_view kKey = "pre_kill";
  const json* object = settings.Object(kKey);
  if (object == nullptr) return std::nullopt;
  ObjectReader reader(*object, settings.PathOf(std::string(kKey)), settings.problems());
  PreKill action;
  action.command = ReadWords(reader, "command");
  action.signal = reader.String("signal").value_or("");
  const auto most_hold =
      std::chrono::duration_cast<std::chrono::seconds>(PreKillBounds::kLongestHold);
  action.hold = ReadSeconds(reader, "hold", most_hold).value_or(std::chrono::seconds(0));
  action.time = ReadSeconds(reader, "time", PreKillBounds::kLongestTime).value_or(action.time);
  reader.ReportUnknown();
  const std::string why = WhyNoPreKill(action);
  if (!why.empty()) settings.Refuse(kKey, why);
  return From(origin, std::move(action));
}

ThrottleLayer ReadThrottleLayer(ObjectReader& settings, const std::string& origin) {
  using Bounds = ThrottleBounds;
  ThrottleLayer layer;
  const json* object = settings.Object("throttle");
  if (object == nullptr) return layer;
  ObjectReader reader(*object, settings.PathOf("throttle"), settings.problems());
  layer.high_share = ReadThrottleShare(reader, "high_share", Bounds::kLeastHighShare,
                                       Bounds::kMostHighShare, origin);
  layer.stall_limit = ReadThrottleShare(reader, "stall_limit", Bounds::kLeastStallLimit, 1, origin);
  if (const auto grace = ReadSeconds(reader, "stall_grace", Bounds::kMostGrace)) {
    if (*grace < Bounds::kLeastGrace) reader.Refuse("stall_grace", "is less than \"5s\"");
    layer.stall_grace = From(origin, *grace);
  }
  reader.ReportUnknown();
  return layer;
}

std::optional<Sourced<Action>> ReadAction(ObjectReader& reader, const std::string& origin) {
  const auto name = reader.String("action");
  if (!name) return std::nullopt;
  if (const auto action = ParseAction(*name)) return From(origin, *action);
  reader.Refuse("action", fmt::format("is \"{}\", expected \"off\", \"warn\", \"fix\" or \"deny\"",
                                      EscapedForPeople(*name)));
  return std::nullopt;
}

/// The name of a profile: whether there is one is not known before all files are read.
std::optional<Sourced<std::string>> ReadProfileName(ObjectReader& reader, std::string_view key,
                                                    const std::string& origin) {
  auto name = reader.String(key);
  if (!name) return std::nullopt;
  return From(origin, std::move(*name));
}

std::vector<std::string_view> RuleIds() {
  std::vector<std::string_view> ids;
  for (const Rule* rule : AllRules()) ids.push_back(rule->id);
  return ids;
}

std::map<std::string, RuleLayer, std::less<>> ReadRules(const json& object, const JsonPath& path,
                                                        const std::string& origin,
                                                        std::vector<ParseProblem>& problems) {
  std::map<std::string, RuleLayer, std::less<>> rules;
  ObjectReader reader(object, path, problems);
  for (const auto& [id, value] : object.items()) {
    const Rule* rule = FindRule(id);
    if (rule == nullptr) {
      reader.ReportUnknownKey(id, RuleIds());
    } else if (const json* row = reader.Object(rule->id)) {
      rules[id] = ReadRuleLayer(*rule, *row, reader.PathOf(id), origin, problems);
    }
  }
  return rules;
}

/// "mode", "supervisor", "freeze", "log_lines", "throttle", "pre_kill" and "rules", wherever
/// settings stand.
SettingsLayer ReadSettings(ObjectReader& reader, const std::string& origin) {
  SettingsLayer settings;
  settings.mode = ReadMode(reader, origin);
  settings.freeze = ReadFreeze(reader, origin);
  settings.log_lines = ReadLogLines(reader, origin);
  settings.supervisor = ReadSupervisor(reader, origin);
  settings.throttle = ReadThrottleLayer(reader, origin);
  settings.pre_kill = ReadPreKillSetting(reader, origin);
  if (const json* rules = reader.Object("rules")) {
    settings.rules = ReadRules(*rules, reader.PathOf("rules"), origin, reader.problems());
  }
  return settings;
}

Profile ReadProfile(ObjectReader reader, std::string_view name) {
  const std::string origin = fmt::format("profile {}", EscapedForPeople(name));
  Profile profile;
  profile.extends = ReadProfileName(reader, "extends", origin);
  profile.settings = ReadSettings(reader, origin);
  reader.ReportUnknown();
  return profile;
}

void ReadProfiles(ObjectReader& file, PolicyLayer& layer) {
  const json* object = file.Object("profiles");
  if (object == nullptr) return;
  ObjectReader profiles(*object, file.PathOf("profiles"), file.problems());
  for (const auto& [name, value] : object->items()) {
    if (name.empty()) profiles.Refuse(name, "is no name for a profile");
    if (const json* body = profiles.Object(name)) {
      layer.profiles[name] =
          ReadProfile(ObjectReader(*body, profiles.PathOf(name), file.problems()), name);
    }
  }
}

Override ReadOverride(ObjectReader reader, std::string origin) {
  Override read;
  read.origin = std::move(origin);
  if (const json* match = reader.Object("match")) {
    read.match = ReadMatch(ObjectReader(*match, reader.PathOf("match"), reader.problems()));
  } else if (reader.object().find("match") == reader.object().end()) {
    reader.RefuseObject("key \"match\" is missing: it says which containers are meant");
  }
  read.settings = ReadSettings(reader, read.origin);
  read.settings.profile = ReadProfileName(reader, "profile", read.origin);
  reader.ReportUnknown();
  return read;
}

void ReadOverrides(ObjectReader& file, std::string_view name, PolicyLayer& layer) {
  const json* list = file.Array("overrides");
  if (list == nullptr) return;
  for (std::size_t i = 0; i < list->size(); ++i) {
    JsonPath path = file.PathOf("overrides");
    path.emplace_back(i);
    const json& entry = (*list)[i];
    ObjectReader reader(entry, path, file.problems());
    if (entry.is_object()) {
      layer.overrides.push_back(
          ReadOverride(std::move(reader), fmt::format("override {} of {}", i + 1, name)));
    } else {
      reader.RefuseObject(fmt::format("is expected to be an object, holds {}", entry.type_name()));
      layer.overrides.emplace_back().match.unknown_condition = true;  // keeps the others' numbers
    }
  }
}

void ReadAllowedAnnotations(ObjectReader& file, std::string_view origin, PolicyLayer& layer) {
  constexpr const char* kKey = "allowed_annotations";
  const json* list = file.Array(kKey);
  if (list == nullptr) return;
  auto allowed = From(origin, std::set<std::string, std::less<>>{});
  for (std::size_t i = 0; i < list->size(); ++i) {
    JsonPath path = file.PathOf(kKey);
    path.emplace_back(i);
    const json& entry = (*list)[i];
    ObjectReader reader(entry, path, file.problems());
    if (!entry.is_string()) {
      reader.RefuseObject("is expected to be text such as \"io.headroom.mode\"");
      continue;
    }
    const auto& annotation = entry.get_ref<const std::string&>();
    if (IsKnownAnnotation(annotation)) {
      allowed.value.insert(annotation);
      continue;
    }
    const std::vector<std::string> names = KnownAnnotations();
    file.problems().push_back({.kind = ParseProblem::Kind::kUnknownKey,
                               .path = path,
                               .place = JsonPlace::kValue,
                               .text = fmt::format("{}: annotation \"{}\" is not known",
                                                   PathText(path), EscapedForPeople(annotation)),
                               .hint = DidYouMean(annotation, {names.begin(), names.end()})});
  }
  layer.allowed_annotations = std::move(allowed);
}

void ReadRetention(ObjectReader& file, const std::string& origin, PolicyLayer& layer) {
  const json* object = file.Object("retention");
  if (object == nullptr) return;
  ObjectReader reader(*object, file.PathOf("retention"), file.problems());
  for (const RetentionKey& key : RetentionKeys()) {
    const json* value = reader.Value(key.name);
    if (value == nullptr) continue;
    if (const auto bound = ReadRetentionBound(key.unit, *value)) {
      layer.retention[std::string(key.name)] = From(origin, *bound);
    } else {
      reader.Refuse(key.name, RetentionExpected(key.unit));
    }
  }
  reader.ReportUnknown();
}

}  // namespace

RuleLayer ReadRuleLayer(const Rule& rule, const json& object, const JsonPath& path,
                        const std::string& origin, std::vector<ParseProblem>& problems) {
  RuleLayer layer;
  ObjectReader reader(object, path, problems);
  layer.action = ReadAction(reader, origin);
  for (const ParameterSpec& spec : rule.parameters) {
    const json* value = reader.Value(spec.name);
    if (value == nullptr) continue;
    if (const auto read = ReadParameterValue(spec.kind, *value)) {
      layer.values[std::string(spec.name)] = From(origin, *read);
    } else {
      reader.Refuse(spec.name, Expectation(spec.kind));
    }
  }
  reader.ReportUnknown();
  return layer;
}

ParsedLayer ReadPolicyLayer(const json& document, std::string_view file) {
  ParsedLayer parsed;
  const std::string origin = EscapedForPeople(file);
  ObjectReader reader(document, {}, parsed.problems);
  parsed.layer.settings = ReadSettings(reader, origin);
  parsed.layer.settings.profile = ReadProfileName(reader, "profile", origin);
  ReadProfiles(reader, parsed.layer);
  ReadOverrides(reader, origin, parsed.layer);
  ReadAllowedAnnotations(reader, origin, parsed.layer);
  ReadRetention(reader, origin, parsed.layer);
  reader.Know("$schema");  // for editors
  reader.Know("schema");
  reader.ReportUnknown();
  return parsed;
}

Result<PolicyLayer> ParsePolicyLayer(std::string_view text, std::string_view file,
                                     std::vector<std::string>& notes) {
  const auto document = ParseJsonObject(text, file);
  if (!document) return std::unexpected(document.error());
  ParsedLayer parsed = ReadPolicyLayer(*document, file);
  for (const ParseProblem& problem : parsed.problems) {
    if (problem.kind == ParseProblem::Kind::kError) {
      return std::unexpected(ToError(problem, text, file));
    }
  }
  for (const ParseProblem& problem : parsed.problems) {
    if (problem.kind != ParseProblem::Kind::kUnknownKey) continue;
    std::string note = fmt::format("{}: {} and was ignored", file, problem.text);
    if (!problem.hint.empty()) note += "; " + problem.hint;
    notes.push_back(std::move(note));
  }
  return std::move(parsed.layer);
}

}  // namespace headroom
