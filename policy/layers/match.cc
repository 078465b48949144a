#include "policy/layers/match.h"

#include <algorithm>

namespace headroom {
namespace {

bool Holds(const std::optional<std::string>& pattern, std::string_view known) {
  return !pattern || (!known.empty() && GlobMatches(*pattern, known));
}

bool EngineHolds(const Match& match, const Subject& subject) {
  return Holds(match.engine, subject.engine) ||
         (subject.kubernetes && Holds(match.engine, "kubernetes"));
}

bool AllHold(const std::map<std::string, std::string, std::less<>>& patterns,
             const Annotations& values) {
  return std::all_of(patterns.begin(), patterns.end(), [&values](const auto& wanted) {
    const auto found = values.find(wanted.first);
    return found != values.end() && GlobMatches(wanted.second, found->second);
  });
}

/// Every condition but that on the cgroup.
bool AllElseHolds(const Match& match, const Subject& subject) {
  return !match.unknown_condition && EngineHolds(match, subject) &&
         Holds(match.image, subject.image) && Holds(match.name, subject.name) &&
         AllHold(match.labels, subject.labels) && AllHold(match.annotations, subject.annotations);
}

}  // namespace

Subject SubjectOf(const ContainerFacts& facts) {
  return Subject{.engine = facts.engine.engine,
                 .kubernetes = facts.engine.kubernetes,
                 .image = facts.engine.image,
                 .name = facts.engine.name,
                 .labels = facts.labels,
                 .annotations = facts.annotations,
                 .cgroup_path = facts.config ? facts.config->asked_cgroup : facts.cgroup.path,
                 .cgroup_to_come = facts.HookFollows()};
}

bool GlobMatches(std::string_view pattern, std::string_view text) {
  constexpr std::size_t kNone = std::string_view::npos;
  std::size_t at = 0;
  std::size_t star = kNone;  // the last '*' met; what it took may grow
  std::size_t taken_to = 0;  // up to here it has taken
  for (std::size_t i = 0; i < text.size();) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      taken_to = i;
    } else if (at < pattern.size() && (pattern[at] == '?' || pattern[at] == text[i])) {
      ++at;
      ++i;
    } else if (star != kNone) {
      at = star + 1;
      i = ++taken_to;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == kNone;
}

bool IsAtOrBelow(std::string_view prefix, std::string_view path) {
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  return path.starts_with('/') && path.starts_with(prefix) &&
         (path.size() == prefix.size() || path[prefix.size()] == '/');
}

bool Matches(const Match& match, const Subject& subject) {
  return AllElseHolds(match, subject) &&
         (!match.cgroup_prefix || IsAtOrBelow(*match.cgroup_prefix, subject.cgroup_path));
}

bool MayMatchLater(const Match& match, const Subject& subject) {
  if (!match.cgroup_prefix || !subject.cgroup_to_come || Matches(match, subject)) return false;
  const std::string& asked = subject.cgroup_path;
  const bool may_be_there = asked.empty() || IsAtOrBelow(asked, *match.cgroup_prefix);
  return may_be_there && AllElseHolds(match, subject);
}

}  // namespace headroom
