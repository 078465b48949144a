#include "policy/layers/annotations.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/text.h"
#include "policy/layers/resolve.h"
#include "policy/parse/layer_parser.h"
#include "policy/parse/value.h"

namespace headroom {
namespace {

constexpr std::string_view kMode = "mode";
constexpr std::string_view kLogLines = "log_lines";
constexpr std::size_t kMaxValueBytes = 4096;
constexpr std::size_t kMaxWarnings = 8;

std::string OriginOf(std::string_view key) {
  return fmt::format("annotation {}", EscapedForPeople(key));
}

/// What one annotation says about its rule, or why it says nothing.
std::expected<RuleLayer, std::string> ReadRuleAnnotation(const Rule& rule, std::string_view key,
                                                         std::string_view value) {
  if (value.size() > kMaxValueBytes) return std::unexpected("its value is too long");
  RuleLayer layer;
  if (const auto action = ParseAction(Trimmed(value))) {
    layer.action = Sourced<Action>{.value = *action, .origin = OriginOf(key)};
    return layer;
  }
  const auto object = ParseJsonText(value);
  if (!object || !object->is_object()) {
    return std::unexpected(fmt::format(
        "its value \"{}\" is neither \"off\", \"warn\", \"fix\" or \"deny\" nor an object",
        EscapedForPeople(value.substr(0, 80))));
  }
  std::vector<ParseProblem> problems;
  layer = ReadRuleLayer(rule, *object, {}, OriginOf(key), problems);
  if (!problems.empty()) return std::unexpected(problems.front().text);
  return layer;
}

/// Empty: it was applied.
std::string ApplyRule(std::string_view id, std::string_view key, std::string_view value,
                      Policy& policy) {
  const Rule* rule = FindRule(id);
  if (rule == nullptr) return "there is no rule of that name";
  const auto layer = ReadRuleAnnotation(*rule, key, value);
  if (!layer) return layer.error();
  Policy changed = policy;
  SettingsLayer settings;
  settings.rules.emplace(rule->id, *layer);
  ApplySettings(settings, changed);
  std::string contradiction = ContradictionIn(*rule, changed.rules.find(id)->second);
  if (contradiction.empty()) policy = std::move(changed);
  return contradiction;
}

std::string ApplyMode(std::string_view key, std::string_view value, Policy& policy) {
  const auto mode = ParseMode(Trimmed(value));
  if (!mode) {
    return fmt::format("its value \"{}\" is not \"tripwire\", \"observe\" or \"throttle\"",
                       EscapedForPeople(value.substr(0, 80)));
  }
  policy.mode = *mode;
  policy.mode_origin = OriginOf(key);
  return "";
}

std::string ApplyLogLines(std::string_view key, std::string_view value, Policy& policy) {
  const auto lines = ParseUint64(Trimmed(value));
  if (!lines || *lines > kMostLogLines) {
    return fmt::format("its value \"{}\" {}", EscapedForPeople(value.substr(0, 80)),
                       kLogLinesExpected);
  }
  policy.log_lines = static_cast<std::uint32_t>(*lines);
  policy.log_lines_origin = OriginOf(key);
  return "";
}

std::string ApplyOne(const PolicyLayer& layer, std::string_view key, std::string_view value,
                     Policy& policy) {
  if (!layer.allowed_annotations || !layer.allowed_annotations->value.contains(key)) {
    return "the policy does not allow it (\"allowed_annotations\")";
  }
  const std::string_view what = key.substr(kAnnotationPrefix.size());
  if (what == kMode) return ApplyMode(key, value, policy);
  if (what == kLogLines) return ApplyLogLines(key, value, policy);
  return ApplyRule(what, key, value, policy);
}

}  // namespace

bool IsKnownAnnotation(std::string_view key) {
  if (!key.starts_with(kAnnotationPrefix)) return false;
  const std::string_view what = key.substr(kAnnotationPrefix.size());
  return what == kMode || what == kLogLines || FindRule(what) != nullptr;
}

std::vector<std::string> KnownAnnotations() {
  std::vector<std::string> names;
  for (const std::string_view setting : {kMode, kLogLines}) {
    names.push_back(fmt::format("{}{}", kAnnotationPrefix, setting));
  }
  for (const Rule* rule : AllRules()) {
    names.push_back(fmt::format("{}{}", kAnnotationPrefix, rule->id));
  }
  return names;
}

void ApplyAnnotations(const PolicyLayer& layer, const Subject& subject, Policy& policy,
                      std::vector<std::string>& warnings) {
  std::size_t refused = 0;
  for (auto it = subject.annotations.lower_bound(kAnnotationPrefix);
       it != subject.annotations.end() && it->first.starts_with(kAnnotationPrefix); ++it) {
    const std::string why = ApplyOne(layer, it->first, it->second, policy);
    if (why.empty() || ++refused > kMaxWarnings) continue;
    warnings.push_back(fmt::format("{} is refused: {}", OriginOf(it->first.substr(0, 128)), why));
  }
  if (refused > kMaxWarnings) {
    warnings.push_back(
        fmt::format("{} more annotations of the container are refused", refused - kMaxWarnings));
  }
}

}  // namespace headroom
