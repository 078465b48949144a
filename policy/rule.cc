#include "policy/rule.h"

namespace headroom {

std::string_view ActionName(Action action) {
  switch (action) {
    case Action::kOff:
      return "off";
    case Action::kWarn:
      return "warn";
    case Action::kFix:
      return "fix";
    case Action::kDeny:
      return "deny";
  }
  return "off";
}

std::optional<Action> ParseAction(std::string_view name) {
  for (const Action action : {Action::kOff, Action::kWarn, Action::kFix, Action::kDeny}) {
    if (name == ActionName(action)) return action;
  }
  return std::nullopt;
}

template <typename T>
std::optional<T> Parameters::Get(std::string_view name) const {
  if (const auto found = values_.find(name); found != values_.end()) {
    const T* value = std::get_if<T>(&found->second);
    return value == nullptr ? std::nullopt : std::optional<T>(*value);
  }
  for (const ParameterSpec& spec : specs_) {
    if (spec.name != name || !spec.fallback) continue;
    const T* value = std::get_if<T>(&*spec.fallback);
    return value == nullptr ? std::nullopt : std::optional<T>(*value);
  }
  return std::nullopt;
}

std::optional<bool> Parameters::Switch(std::string_view name) const { return Get<bool>(name); }
std::optional<double> Parameters::Share(std::string_view name) const { return Get<double>(name); }
std::optional<Bytes> Parameters::Amount(std::string_view name) const { return Get<Bytes>(name); }
std::optional<Limit> Parameters::LimitOf(std::string_view name) const { return Get<Limit>(name); }
std::optional<Count> Parameters::CountOf(std::string_view name) const { return Get<Count>(name); }
std::optional<OomScoreAdj> Parameters::Score(std::string_view name) const {
  return Get<OomScoreAdj>(name);
}

const Rule* FindRule(std::string_view id) {
  for (const Rule* rule : AllRules()) {
    if (rule->id == id) return rule;
  }
  return nullptr;
}

}  // namespace headroom
