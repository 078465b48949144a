#include "policy/layers/builtin_profiles.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "policy/parse/layer_parser.h"
#include "policy/parse/suggest.h"

namespace headroom {
namespace {

Profile Advise() {
  Profile profile;
  for (const Rule* rule : AllRules()) {
    profile.settings.rules[std::string(rule->id)].action =
        Sourced<Action>{.value = Action::kWarn, .origin = "profile advise"};
  }
  return profile;
}

std::string Joined(const std::vector<std::string_view>& names) {
  std::string text;
  for (const std::string_view name : names) {
    if (text.size() > 200) return text + ", ...";
    text += fmt::format("{}\"{}\"", text.empty() ? "" : ", ", EscapedForPeople(name));
  }
  return text;
}

ProfileChain Faulty(ProfileChain::Fault fault, std::string problem) {
  ProfileChain chain;
  chain.fault = fault;
  chain.problem = std::move(problem);
  return chain;
}

/// `names` ends where `again` would come once more.
ProfileChain Cycle(std::vector<std::string> names, const std::string& again) {
  names.erase(names.begin(), std::find(names.begin(), names.end(), again));
  std::string text = fmt::format("profile \"{}\" extends itself:", EscapedForPeople(again));
  for (const std::string& name : names) text += fmt::format(" {},", EscapedForPeople(name));
  ProfileChain chain =
      Faulty(ProfileChain::Fault::kCycle, fmt::format("{} {}", text, EscapedForPeople(again)));
  chain.names = std::move(names);
  return chain;
}

ProfileChain Unknown(const PolicyLayer& layer, const std::string& name) {
  ProfileChain chain = Faulty(ProfileChain::Fault::kUnknown,
                              fmt::format("there is no profile \"{}\"", EscapedForPeople(name)));
  chain.hint = DidYouMean(name, ProfileNames(layer));
  if (chain.hint.empty()) chain.hint = fmt::format("there are {}", Joined(ProfileNames(layer)));
  return chain;
}

}  // namespace

std::optional<Profile> BuiltInProfile(std::string_view name) {
  if (name == "advise") return Advise();
  const std::string_view text = BuiltInProfileText(name);
  if (text.empty()) return std::nullopt;
  std::vector<std::string> notes;  // of rules that this build lacks; a test has none of them
  const auto layer = ParsePolicyLayer(text, name, notes);
  if (!layer) return std::nullopt;
  const auto found = layer->profiles.find(name);
  return found == layer->profiles.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Profile> FindProfile(const PolicyLayer& layer, std::string_view name) {
  const auto found = layer.profiles.find(name);
  return found == layer.profiles.end() ? BuiltInProfile(name) : std::optional(found->second);
}

std::vector<std::string_view> ProfileNames(const PolicyLayer& layer) {
  std::vector<std::string_view> names(kBuiltInProfiles.begin(), kBuiltInProfiles.end());
  for (const auto& [name, profile] : layer.profiles) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

ProfileChain ProfileBook::Build(const std::string& name) const {
  ProfileChain chain;
  std::optional<std::string> next{name};
  while (next) {
    const bool met = std::find(chain.names.begin(), chain.names.end(), *next) != chain.names.end();
    if (met) return Cycle(std::move(chain.names), *next);
    if (chain.names.size() == kMaxProfileChain) {
      return Faulty(ProfileChain::Fault::kTooLong,
                    fmt::format("profile \"{}\" extends more than {} others",
                                EscapedForPeople(name), kMaxProfileChain - 1));
    }
    auto profile = FindProfile(layer_, *next);
    if (!profile) return Unknown(layer_, *next);
    chain.names.push_back(*next);
    next.reset();
    if (profile->extends) next = profile->extends->value;
    chain.profiles.push_back(std::move(*profile));
  }
  std::reverse(chain.profiles.begin(), chain.profiles.end());
  return chain;
}

const ProfileChain& ProfileBook::ChainOf(const std::string& name) {
  const auto found = chains_.find(name);
  return found != chains_.end() ? found->second : chains_.emplace(name, Build(name)).first->second;
}

}  // namespace headroom
