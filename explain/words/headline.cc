#include "explain/words/headline.h"

#include <fmt/format.h>

#include "explain/study/cause.h"
#include "explain/words/ending_headline.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

constexpr std::string_view kKiller = "the kernel's OOM killer";

std::string TimeText(const Case& the_case) {
  if (the_case.killed_wall) return ", " + ToPersonalText(*the_case.killed_wall);
  const auto& incident = the_case.inputs.incident;
  if (incident && incident->detected_wall) {
    return ", noticed " + ToPersonalText(*incident->detected_wall);
  }
  return "";
}

bool InitLives(const Case& the_case) {
  const auto& incident = the_case.inputs.incident;
  return incident && incident->init_alive.value_or(false) && !the_case.init_killed;
}

std::string WereKilled(std::uint64_t kills, const std::string& who) {
  return kills == 1 ? fmt::format("a process of {} was killed", who)
                    : fmt::format("{} processes of {} were killed", kills, who);
}

std::string GroupText(const Case& the_case, const std::string& who) {
  const std::uint64_t kills = the_case.kills.value_or(0);
  if (InitLives(the_case)) {
    return fmt::format("{} as a group by {}", WereKilled(kills, who), kKiller);
  }
  if (kills < 2) return fmt::format("{} was killed as a group by {}", who, kKiller);
  return fmt::format("{} was killed as a group of {} processes by {}", who, kills, kKiller);
}

std::string KillText(const Case& the_case, const std::string& who) {
  const std::uint64_t kills = the_case.kills.value_or(0);
  if (the_case.cause == Cause::kGroupKill) return GroupText(the_case, who);
  if (the_case.confidence == Confidence::kSubtree && !the_case.victim.pid) {
    return fmt::format("{} killed {} in or beside {}", kKiller,
                       CountText(kills, "process", "processes"), who);
  }
  if (the_case.init_killed) return fmt::format("{} was killed by {}", who, kKiller);
  const auto& incident = the_case.inputs.incident;
  const bool others_died =
      InitLives(the_case) || InitWasSpared(the_case) || (incident && AllAreNamed(the_case));
  if (others_died) return fmt::format("{} by {}", WereKilled(kills, who), kKiller);
  return fmt::format("{} killed {} of {}", kKiller, CountText(kills, "process", "processes"), who);
}

/// What became of the container, where its init was not among the killed.
std::string FateText(const Case& the_case) {
  const auto& incident = the_case.inputs.incident;
  const bool group = the_case.cause == Cause::kGroupKill;
  if (InitLives(the_case)) return "; the container lives on";
  const bool ended = incident && incident->init_alive.has_value() && !*incident->init_alive;
  return ended && !group && !the_case.init_killed ? "; the container has ended as well" : "";
}

std::string ExitOf(const Case& the_case) {
  const auto& incident = the_case.inputs.incident;
  if (!incident || !incident->init_exit) return "";
  return ExitText(incident->init_exit->status);
}

}  // namespace

std::string HeadlineOf(const Case& the_case) {
  const std::string who = WhoText(the_case.container());
  if (the_case.kills.value_or(0) == 0) {
    return fmt::format("{}: what happened is not known{}", who, TimeText(the_case));
  }
  return KillText(the_case, who) + TimeText(the_case) + ExitOf(the_case) + FateText(the_case);
}

}  // namespace headroom
