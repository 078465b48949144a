#include "explain/headline.h"

#include <fmt/format.h>

#include "explain/words.h"

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

std::string GroupText(const Case& the_case, const std::string& who) {
  const std::uint64_t kills = the_case.kills.value_or(0);
  if (kills < 2) return fmt::format("{} was killed as a group by {}", who, kKiller);
  return fmt::format("{} was killed as a group of {} processes by {}", who, kills, kKiller);
}

bool ChildrenDied(const Case& the_case) {
  const auto& incident = the_case.inputs.incident;
  const bool lives = incident && incident->init_alive.value_or(false);
  return lives && !the_case.victim.is_init;
}

std::string KillText(const Case& the_case, const std::string& who) {
  const auto& incident = the_case.inputs.incident;
  const std::uint64_t kills = the_case.kills.value_or(0);
  if (the_case.cause == Cause::kGroupKill) return GroupText(the_case, who);
  if (the_case.confidence == Confidence::kSubtree && !the_case.victim.pid) {
    return fmt::format("{} killed {} in or beside {}", kKiller,
                       CountText(kills, "process", "processes"), who);
  }
  if (ChildrenDied(the_case)) {
    const std::string processes =
        kills == 1 ? std::string("a process") : fmt::format("{} processes", kills);
    return fmt::format("{} of {} {} killed by {}", processes, who, kills == 1 ? "was" : "were",
                       kKiller);
  }
  if (the_case.victim.is_init || (incident && incident->init_alive)) {
    return fmt::format("{} was killed by {}", who, kKiller);
  }
  return fmt::format("{} killed {} of {}", kKiller, CountText(kills, "process", "processes"), who);
}

}  // namespace

std::string HeadlineOf(const Case& the_case) {
  const std::string who = WhoText(the_case.container());
  if (the_case.kills.value_or(0) == 0) {
    return fmt::format("{}: what happened is not known{}", who, TimeText(the_case));
  }
  const bool lives_on = the_case.cause != Cause::kGroupKill && ChildrenDied(the_case);
  return KillText(the_case, who) + TimeText(the_case) +
         (lives_on ? "; the container lives on" : "");
}

}  // namespace headroom
