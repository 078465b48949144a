#include "explain/inferred/kills_of.h"

#include <algorithm>
#include <array>

#include "explain/inferred/cgroup_name.h"

namespace headroom {
namespace {

/// Between a kill and what an engine notes as the container's end lie the runtime and its shim;
/// beyond it, the clocks of two logs.
constexpr std::chrono::seconds kNotedLater{5};
constexpr std::chrono::minutes kBeforeTheEnd{1};

enum class Place { kOwn, kUnplaced, kElsewhere };

/// A report that kills a group above containers takes processes of any of them along.
bool KillsAboveContainers(const OomEvent& event) {
  if (!event.group_kill) return false;
  return !IsInContainer(event.group_memcg.value_or(event.oom_memcg.value_or("")));
}

std::optional<std::string> CgroupIn(const OomEvent& event, std::string_view id) {
  for (const auto* memcg : {&event.task_memcg, &event.group_memcg, &event.oom_memcg}) {
    if (!*memcg) continue;
    if (auto cgroup = CgroupNamedAfter(**memcg, id)) return cgroup;
    if (memcg == &event.task_memcg) break;  // it says where the victim was: nowhere else
  }
  return std::nullopt;
}

/// The log has a kill of the very moment at which it ended as SIGKILL ends, in a cgroup that is no
/// other container's: an engine may put one where no name tells of it (`podman
/// --cgroups=disabled`).
bool MayHaveEndedIt(const LogKill& kill, const LogView& log, const InferredSources& sources) {
  const auto end = EndOf(sources);
  if (!kill.at || !end || IsInContainer(kill.event.task_memcg.value_or(""))) return false;
  if (sources.engine && sources.engine->exit_code.value_or(137) != 137) return false;
  const auto apart = *kill.at > *end ? *kill.at - *end : *end - *kill.at;
  return apart <= kNotedLater + log.slack;
}

Place PlaceOf(const LogKill& kill, const LogView& log, const InferredSources& sources,
              std::string_view id) {
  const OomEvent& event = kill.event;
  if (CgroupIn(event, id)) return Place::kOwn;
  if (KillsAboveContainers(event) || !event.task_memcg) return Place::kUnplaced;
  const bool may_be = IsNamedInside(*event.task_memcg, id) || MayHaveEndedIt(kill, log, sources);
  return may_be ? Place::kUnplaced : Place::kElsewhere;
}

enum class When { kBefore, kDuring, kAfter };

When TimeOf(const LogKill& kill, const LogView& log, const InferredSources& sources) {
  const auto& engine = sources.engine;
  if (!kill.at) return When::kDuring;
  if (engine && engine->started && *kill.at + log.slack < *engine->started) return When::kBefore;
  const auto end = EndOf(sources);
  if (end && *kill.at - log.slack > *end + kNotedLater) return When::kAfter;
  return When::kDuring;
}

bool ReachesBackTo(const LogView& log, const std::optional<WallTime>& time) {
  return time && log.since && log.losses == 0 && *log.since + log.slack <= *time;
}

KillsOf LookIn(const LogView& log, const InferredSources& sources, std::string_view id) {
  KillsOf found{.log = &log};
  for (const LogKill& kill : log.kills) {
    const Place place = PlaceOf(kill, log, sources, id);
    const When when = TimeOf(kill, log, sources);
    if (place == Place::kElsewhere || when == When::kAfter) continue;
    if (place == Place::kOwn) {
      found.cgroup = CgroupIn(kill.event, id).value_or("");
      (when == When::kBefore ? found.before : found.own).push_back(&kill);
    } else if (when == When::kDuring) {
      found.unplaced.push_back(&kill);
    }
  }
  const auto& engine = sources.engine;
  const auto end = EndOf(sources);
  found.covers_run = engine && ReachesBackTo(log, engine->started);
  found.covers_end =
      found.covers_run || (end && ReachesBackTo(log, std::optional(*end - kBeforeTheEnd)));
  return found;
}

}  // namespace

std::optional<WallTime> EndOf(const InferredSources& sources) {
  const auto& engine = sources.engine;
  return engine && engine->finished ? engine->finished : sources.ended;
}

KillsOf FindKillsOf(const InferredSources& sources, std::string_view id) {
  std::vector<KillsOf> looked;
  for (const LogView& log : sources.logs) {
    if (log.unavailable.empty()) looked.push_back(LookIn(log, sources, id));
  }
  if (looked.empty()) return {};
  const auto first = [&](auto tells) { return std::ranges::find_if(looked, tells); };
  for (const auto& found : {first([](const KillsOf& one) { return !one.own.empty(); }),
                            first([](const KillsOf& one) { return one.covers_run; }),
                            first([](const KillsOf& one) { return one.covers_end; })}) {
    if (found != looked.end()) return *found;
  }
  return looked.front();
}

std::vector<NamedInLog> ContainersInLogs(const std::vector<LogView>& logs,
                                         std::string_view subject) {
  std::vector<NamedInLog> named;
  const auto add = [&](NamedInLog one) {
    const bool known = std::ranges::any_of(named, [&](const NamedInLog& other) {
      return other.id == one.id && (one.id.size() == 64 || other.cgroup == one.cgroup);
    });
    if (!known) named.push_back(std::move(one));
  };
  for (const LogView& log : logs) {
    for (const LogKill& kill : log.kills) {
      const auto& memcg = kill.event.task_memcg ? kill.event.task_memcg : kill.event.oom_memcg;
      if (!memcg) continue;
      if (auto full = FullIdIn(*memcg, subject)) {
        add({.id = *full, .cgroup = CgroupNamedAfter(*memcg, *full).value_or("")});
      } else if (auto cgroup = CgroupNamedAfter(*memcg, subject)) {
        add({.id = std::string(subject), .cgroup = *std::move(cgroup)});
      }
    }
  }
  return named;
}

}  // namespace headroom
