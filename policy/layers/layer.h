#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "container/enrolment/enrolment.h"
#include "policy/layers/match.h"
#include "policy/retention.h"
#include "policy/rule.h"
#include "policy/supervisor_choice.h"

namespace headroom {

/// A value and who said so, for people: "/etc/headroom/policy.json", "profile balanced",
/// "override 2 of /etc/headroom/policy.json".
template <typename T>
struct Sourced {
  T value{};
  std::string origin;

  bool operator==(const Sourced&) const = default;
};

/// What one place says about one rule. Absent: it says nothing, and what lies below stands.
struct RuleLayer {
  std::optional<Sourced<Action>> action;
  std::map<std::string, Sourced<ParameterValue>, std::less<>> values;  ///< by parameter

  bool operator==(const RuleLayer&) const = default;
};

/// What one place says about mode throttle (container/enrolment/throttle.h), each within its
/// bounds.
struct ThrottleLayer {
  std::optional<Sourced<double>> high_share;
  std::optional<Sourced<double>> stall_limit;
  std::optional<Sourced<std::chrono::seconds>> stall_grace;

  bool operator==(const ThrottleLayer&) const = default;
};

/// What one place says about containers.
struct SettingsLayer {
  std::optional<Sourced<std::string>> profile;
  std::optional<Sourced<Mode>> mode;
  std::optional<Sourced<bool>> freeze;
  std::optional<Sourced<std::uint32_t>> log_lines;  ///< at most kMostLogLines
  ThrottleLayer throttle;
  std::optional<Sourced<SupervisorChoice>> supervisor;
  std::optional<Sourced<PreKill>> pre_kill;             ///< one value: parts of two are no action
  std::map<std::string, RuleLayer, std::less<>> rules;  ///< by rule id

  bool operator==(const SettingsLayer&) const = default;
};

/// Settings under a name, to be chosen by "profile".
struct Profile {
  std::optional<Sourced<std::string>> extends;  ///< the profile that lies below this one
  SettingsLayer settings;                       ///< its `profile` is not used

  bool operator==(const Profile&) const = default;
};

/// Settings for the containers that match.
struct Override {
  Match match;
  SettingsLayer settings;
  std::string origin;  ///< "override 2 of /etc/headroom/policy.json"

  bool operator==(const Override&) const = default;
};

/// What one place says about how much is left in the bundle store, by the name of the key.
using RetentionLayer = std::map<std::string, Sourced<RetentionBound>, std::less<>>;

/// One policy file, or several laid over one another: everything that is said before anybody asks
/// about a certain container. Value type; pure data.
struct PolicyLayer {
  SettingsLayer settings;  ///< for all containers
  std::map<std::string, Profile, std::less<>> profiles;
  std::vector<Override> overrides;  ///< all that match count, later ones over earlier ones
  /// Names such as "io.headroom.mode" by which a container may choose for itself.
  std::optional<Sourced<std::set<std::string, std::less<>>>> allowed_annotations;
  RetentionLayer retention;  ///< of the whole store, so of no container in particular

  bool operator==(const PolicyLayer&) const = default;
};

/// Lays `upper` over `lower`: what upper says wins key by key, what it does not name stays, and
/// its overrides come after lower's. Associative, so that it does not matter how files are
/// grouped; an empty layer on either side changes nothing.
[[nodiscard]] SettingsLayer Merge(SettingsLayer lower, const SettingsLayer& upper);
[[nodiscard]] PolicyLayer Merge(PolicyLayer lower, const PolicyLayer& upper);

}  // namespace headroom
