#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "container/facts/facts.h"

namespace headroom {

/// Who a container is, as far as policy may tell containers apart. Names, labels and annotations
/// are bytes that somebody else chose. Empty: not known.
struct Subject {
  std::string engine;  ///< "docker", "podman", ... as EngineIdentity has it
  bool kubernetes = false;
  std::string image;
  std::string name;
  Annotations labels;
  Annotations annotations;
  std::string cgroup_path;  ///< below the mount of cgroup v2: "/system.slice/docker-3f1c.scope"
  /// It has no cgroup yet: its own will be `cgroup_path` (empty: not told) or one below it, and the
  /// hook sees which.
  bool cgroup_to_come = false;
};
[[nodiscard]] Subject SubjectOf(const ContainerFacts& facts);

/// For which containers an override holds: all conditions that are given must. A condition on
/// something that is not known about a container does not hold, not even with pattern "*".
struct Match {
  std::optional<std::string> engine;  ///< pattern; "kubernetes" holds for a pod's containers too
  std::optional<std::string> image;   ///< pattern
  std::optional<std::string> name;    ///< pattern
  std::map<std::string, std::string, std::less<>> labels;       ///< key: pattern of the value
  std::map<std::string, std::string, std::less<>> annotations;  ///< key: pattern of the value
  /// A cgroup path; holds for that cgroup and all below it.
  std::optional<std::string> cgroup_prefix;
  /// It has a condition that this version does not know. Such an override holds for nothing:
  /// leaving the condition out would make it hold for more than was meant.
  bool unknown_condition = false;

  bool operator==(const Match&) const = default;
};

/// Longer patterns are refused by the parser.
inline constexpr std::size_t kMaxPatternBytes = 256;

/// Whether all of `text` is described by `pattern`: '*' is any number of bytes, '?' is one, all
/// else is itself. Takes at most the product of both lengths, whatever they hold.
[[nodiscard]] bool GlobMatches(std::string_view pattern, std::string_view text);

/// Whether `path` is `prefix` or below it: whole components, so "/a" is no prefix of "/ab".
[[nodiscard]] bool IsAtOrBelow(std::string_view prefix, std::string_view path);

[[nodiscard]] bool Matches(const Match& match, const Subject& subject);

/// Whether it does not match, but may once the subject has its cgroup: all else holds.
[[nodiscard]] bool MayMatchLater(const Match& match, const Subject& subject);

}  // namespace headroom
