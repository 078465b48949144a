#include <fmt/format.h>

#include <string>

#include "cli/fix_words.h"
#include "cli/policy_verbs.h"
#include "policy/layers/builtin_profiles.h"
#include "policy/layers/resolve.h"
#include "policy/parse/value.h"

namespace headroom {
namespace {

constexpr const char* kIntroduction =
    "<!-- Written by scripts/generate-docs from the rules of the build: change those. -->\n"
    "# The rules\n"
    "\n"
    "Every rule that a policy can set, its parameters, and what the built-in profiles make of it.\n"
    "A rule warns unless something says otherwise. How a policy is written, and which of several\n"
    "values counts: [policy.md](policy.md).\n"
    "\n"
    "Amounts are bytes, or text such as `\"512M\"`, `\"64k\"`, `\"1GiB\"` (binary units). A share "
    "is\n"
    "above 0 and at most 1.\n";

constexpr const char* kFixes =
    "\n## What a fix changes\n"
    "\n"
    "`fix` only ever makes a setting tighter, and reads it back. Where headroom-runtime starts "
    "the\n"
    "container, it is changed in `config.json` before the runtime reads that; else headroom-hook\n"
    "changes it in the container that is about to start. What a rule would set for a container,\n"
    "`headroom check` tells.\n"
    "\n"
    "| setting | in config.json | in the hook |\n"
    "|---|---|---|\n";

std::string_view KindText(ParameterSpec::Kind kind) {
  switch (kind) {
    case ParameterSpec::Kind::kSwitch:
      return "true or false";
    case ParameterSpec::Kind::kShare:
      return "share";
    case ParameterSpec::Kind::kBytes:
      return "bytes";
    case ParameterSpec::Kind::kLimit:
      return "bytes, or `\"unlimited\"`";
    case ParameterSpec::Kind::kCount:
      return "count";
    case ParameterSpec::Kind::kOomScoreAdj:
      return "score, -1000 to 1000";
  }
  return "";
}

std::string ParameterRow(const ParameterSpec& spec) {
  return fmt::format("| `{}` | {} | {} | {} |\n", spec.name, KindText(spec.kind),
                     spec.fallback ? ParameterToText(*spec.fallback) : "none", spec.summary);
}

/// "`fix`, `max_share` 0.5".
std::string SettingsText(const RuleSettings& settings) {
  std::string text = fmt::format("`{}`", ActionName(settings.action));
  for (const auto& [name, value] : settings.values) {
    text += fmt::format(", `{}` {}", name, ParameterToText(value));
  }
  return text;
}

std::string ProfileLine(const Rule& rule) {
  std::string text;
  for (const std::string_view name : kBuiltInProfiles) {
    PolicyLayer layer;
    layer.settings.profile = Sourced<std::string>{.value = std::string(name), .origin = ""};
    const Policy policy = Resolve(layer, Subject{}).policy;
    const auto found = policy.rules.find(rule.id);
    text += fmt::format("{}{}: {}", text.empty() ? "\n" : " · ", name,
                        SettingsText(found == policy.rules.end() ? RuleSettings{} : found->second));
  }
  return text + "\n";
}

std::string RuleText(const Rule& rule) {
  std::string text = fmt::format("\n## {}\n\n{}\n", rule.id, rule.summary);
  if (!rule.parameters.empty()) {
    text += "\n| parameter | kind | default | meaning |\n|---|---|---|---|\n";
    for (const ParameterSpec& spec : rule.parameters) text += ParameterRow(spec);
  }
  return text + ProfileLine(rule);
}

}  // namespace

int PolicyReference(const Environment& environment) {
  environment.out << kIntroduction;
  for (const Rule* rule : AllRules()) environment.out << RuleText(*rule);
  environment.out << kFixes;
  for (const FixChannels& row : AllFixChannels()) {
    environment.out << fmt::format("| {} | {} | {} |\n", row.setting, row.in_config, row.in_hook);
  }
  return JudgeStatus::kClean;
}

}  // namespace headroom
