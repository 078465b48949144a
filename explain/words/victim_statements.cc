#include <fmt/format.h>

#include "explain/inputs/citation.h"
#include "explain/study/cause.h"
#include "explain/words/statements.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

std::string InitText(const Case& the_case) {
  const auto& incident = the_case.inputs.incident;
  if (the_case.init_killed || !incident || !incident->init_alive) return "";
  const char* fate = *incident->init_alive     ? "lives on"
                     : InitWasSpared(the_case) ? "was not killed and has ended as well"
                                               : "was not named and has ended";
  return fmt::format("; the container's init, pid {}, {}", the_case.container().init.pid, fate);
}

std::string SizeText(const Victim& victim) {
  if (!victim.rss) return "";
  return fmt::format(", {} resident{}", ToText(*victim.rss),
                     victim.rss_at_snapshot ? " at the snapshot" : "");
}

/// "of /x ", where it is not the container's own.
std::string GroupOf(const Case& the_case) {
  const OomEvent* event = the_case.event();
  if (event == nullptr || !event->group_memcg || *event->group_memcg == the_case.inputs.path()) {
    return "";
  }
  return fmt::format("of {} ", CgroupText(the_case, *event->group_memcg));
}

std::string OthersText(const Case& the_case) {
  const std::uint64_t kills = the_case.kills.value_or(1);
  if (kills < 2) return "";
  const std::string others = CountText(kills - 1, "process", "processes");
  return the_case.cause == Cause::kGroupKill
             ? fmt::format(", and {} with it, as memory.oom.group {}is set", others,
                           GroupOf(the_case))
             : fmt::format("; and {} more in this incident", others);
}

Statement UnnamedVictim(const Case& the_case, std::string evidence) {
  const std::uint64_t kills = the_case.kills.value_or(0);
  return {.label = "victim",
          .text = fmt::format("unknown {}: no record of the kernel's log names {}; {} counted {}",
                              kills == 1 ? "process" : "processes", kills == 1 ? "it" : "them",
                              the_case.container().cgroup_version == CgroupVersion::kV1
                                  ? "memory.oom_control"
                                  : "memory.events",
                              CountText(kills, "kill", "kills")),
          .evidence = std::move(evidence)};
}

}  // namespace

std::vector<Statement> VictimStatements(const Case& the_case) {
  const Victim& victim = the_case.victim;
  if (!victim.pid) {
    std::string evidence = Cite(the_case.evidence(), "incident.json", "\"oom_kill\"");
    if (evidence.empty() || the_case.kills.value_or(0) == 0) return {};
    return {UnnamedVictim(the_case, std::move(evidence))};
  }
  return {{.label = "victim",
           .text = ProcessText(*victim.pid, victim.comm) +
                   (victim.is_init ? " (the container's init)" : "") + SizeText(victim) +
                   OthersText(the_case) + InitText(the_case),
           .evidence = victim.evidence}};
}

}  // namespace headroom
