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
  return fmt::format("{} was killed as a group by {}, {} processes at once", who, kKiller, kills);
}

std::string KillText(const Case& the_case, const std::string& who) {
  const auto& incident = the_case.inputs.incident;
  const std::uint64_t kills = the_case.kills.value_or(0);
  if (kills == 0) return fmt::format("{}: what happened is not known", who);
  if (the_case.cause == Cause::kGroupKill) return GroupText(the_case, who);
  if (the_case.confidence == Confidence::kSubtree && !the_case.victim.pid) {
    return fmt::format("{} killed {} in or beside {}", kKiller,
                       CountText(kills, "process", "processes"), who);
  }
  const bool lives = incident && incident->init_alive.value_or(false);
  if (lives && !the_case.victim.is_init) {
    return fmt::format("{} of {} {} killed by {}; the container lives on",
                       kills == 1 ? "a process" : fmt::format("{} processes", kills), who,
                       kills == 1 ? "was" : "were", kKiller);
  }
  if (the_case.victim.is_init || (incident && incident->init_alive)) {
    return fmt::format("{} was killed by {}", who, kKiller);
  }
  return fmt::format("{} killed {} of {}", kKiller, CountText(kills, "process", "processes"), who);
}

}  // namespace

std::string HeadlineOf(const Case& the_case) {
  return KillText(the_case, WhoText(the_case.container())) + TimeText(the_case);
}

}  // namespace headroom
