#include "policy/layers/check.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "policy/layers/builtin_profiles.h"
#include "policy/layers/resolve.h"

namespace headroom {
namespace {

using Rules = std::map<std::string, RuleLayer, std::less<>>;

JsonPath With(JsonPath path, JsonStep step) {
  path.push_back(std::move(step));
  return path;
}

class Check {
 public:
  Check(std::span<const PolicyFile> files, const PolicyLayer& merged)
      : files_(files), merged_(merged), book_(merged) {}

  std::vector<FileProblem> Run() {
    for (std::size_t file = 0; file < files_.size(); ++file) CheckFile(file);
    return std::move(problems_);
  }

 private:
  void CheckFile(std::size_t file);
  void CheckName(std::size_t file, const std::optional<Sourced<std::string>>& name, JsonPath path);
  void CheckExtends(std::size_t file, const std::string& name, const JsonPath& path);
  void CheckRules(std::size_t file, const SettingsLayer* below, const SettingsLayer& settings,
                  const Rules& named, const JsonPath& path);
  RuleSettings Laid(const std::string& id, const SettingsLayer* below,
                    const SettingsLayer& settings);
  void Lay(const std::string& id, const SettingsLayer& settings, RuleSettings& row);
  bool IsLast(std::size_t file, bool (*says)(const PolicyLayer&, const std::string&),
              const std::string& name) const;
  void Add(std::size_t file, JsonPath path, JsonPlace place, std::string text, std::string hint);

  std::span<const PolicyFile> files_;
  const PolicyLayer& merged_;
  ProfileBook book_;
  std::vector<FileProblem> problems_;
};

void Check::Add(std::size_t file, JsonPath path, JsonPlace place, std::string text,
                std::string hint) {
  problems_.push_back({.file = file,
                       .problem = {.kind = ParseProblem::Kind::kError,
                                   .path = std::move(path),
                                   .place = place,
                                   .text = std::move(text),
                                   .hint = std::move(hint)}});
}

/// Whether no later file says the same, so that this one's word counts.
bool Check::IsLast(std::size_t file, bool (*says)(const PolicyLayer&, const std::string&),
                   const std::string& name) const {
  return std::none_of(files_.begin() + static_cast<std::ptrdiff_t>(file) + 1, files_.end(),
                      [&](const PolicyFile& later) { return says(later.layer, name); });
}

void Check::CheckName(std::size_t file, const std::optional<Sourced<std::string>>& name,
                      JsonPath path) {
  if (!name) return;
  const ProfileChain& chain = book_.ChainOf(name->value);
  // What is wrong with a profile that exists is said where that stands.
  if (chain.fault != ProfileChain::Fault::kUnknown || FindProfile(merged_, name->value)) return;
  const std::string text = fmt::format("{}: {}", PathText(path), chain.problem);
  Add(file, std::move(path), JsonPlace::kValue, text, chain.hint);
}

void Check::CheckExtends(std::size_t file, const std::string& name, const JsonPath& path) {
  const ProfileChain& chain = book_.ChainOf(name);
  // A cycle is told once, not by each of its members.
  const bool told_here = chain.fault == ProfileChain::Fault::kTooLong ||
                         (chain.fault == ProfileChain::Fault::kCycle &&
                          name == *std::min_element(chain.names.begin(), chain.names.end()));
  const auto extends = [](const PolicyLayer& layer, const std::string& of) {
    const auto found = layer.profiles.find(of);
    return found != layer.profiles.end() && found->second.extends.has_value();
  };
  if (!told_here || !IsLast(file, extends, name)) return;
  Add(file, path, JsonPlace::kValue, fmt::format("{}: {}", PathText(path), chain.problem), "");
}

void Check::Lay(const std::string& id, const SettingsLayer& settings, RuleSettings& row) {
  const auto apply = [&id, &row](const SettingsLayer& layer) {
    const auto found = layer.rules.find(id);
    if (found != layer.rules.end()) ApplyRule(found->second, row);
  };
  if (settings.profile) {
    for (const Profile& profile : book_.ChainOf(settings.profile->value).profiles) {
      apply(profile.settings);
    }
  }
  apply(settings);
}

RuleSettings Check::Laid(const std::string& id, const SettingsLayer* below,
                         const SettingsLayer& settings) {
  RuleSettings row;
  if (below != nullptr) Lay(id, *below, row);
  Lay(id, settings, row);
  return row;
}

/// Judges the rules of `named` as they are once `settings` is laid over `below`.
void Check::CheckRules(std::size_t file, const SettingsLayer* below, const SettingsLayer& settings,
                       const Rules& named, const JsonPath& path) {
  for (const auto& [id, layer] : named) {
    const Rule* rule = FindRule(id);
    if (rule == nullptr || rule->contradiction == nullptr || layer.values.empty()) continue;
    const std::string why = ContradictionIn(*rule, Laid(id, below, settings));
    if (why.empty()) continue;
    JsonPath place = With(With(path, "rules"), id);
    const std::string text = fmt::format("{}: {}", PathText(place), why);
    Add(file, std::move(place), JsonPlace::kKey, text, "");
  }
}

void Check::CheckFile(std::size_t file) {
  const PolicyLayer& own = files_[file].layer;
  CheckName(file, own.settings.profile, {"profile"});
  Rules last;
  for (const auto& [id, rule] : own.settings.rules) {
    const auto names = [](const PolicyLayer& layer, const std::string& of) {
      return layer.settings.rules.contains(of);
    };
    if (IsLast(file, names, id)) last.emplace(id, rule);
  }
  CheckRules(file, nullptr, merged_.settings, last, {});
  for (const auto& [name, profile] : own.profiles) {
    const JsonPath path = {"profiles", name};
    CheckName(file, profile.extends, With(path, "extends"));
    if (profile.extends) CheckExtends(file, name, With(path, "extends"));
    SettingsLayer chosen;
    chosen.profile = Sourced<std::string>{.value = name, .origin = {}};
    CheckRules(file, nullptr, chosen, profile.settings.rules, path);
  }
  for (std::size_t i = 0; i < own.overrides.size(); ++i) {
    const JsonPath path = {"overrides", i};
    const SettingsLayer& settings = own.overrides[i].settings;
    CheckName(file, settings.profile, With(path, "profile"));
    CheckRules(file, &merged_.settings, settings, settings.rules, path);
  }
}

}  // namespace

PolicyLayer MergeFiles(std::span<const PolicyFile> files) {
  PolicyLayer merged;
  for (const PolicyFile& file : files) merged = Merge(std::move(merged), file.layer);
  return merged;
}

std::vector<FileProblem> CheckTogether(std::span<const PolicyFile> files,
                                       const PolicyLayer& merged) {
  return Check(files, merged).Run();
}

}  // namespace headroom
