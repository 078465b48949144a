#include <fmt/format.h>

#include "explain/citation.h"
#include "explain/statements.h"
#include "explain/words.h"

namespace headroom {
namespace {

std::string RoleText(const Case& the_case) {
  if (the_case.victim.is_init) return " (the container's init)";
  const auto& incident = the_case.inputs.incident;
  if (!incident || !incident->init_alive) return " (not the container's init)";
  return *incident->init_alive
             ? fmt::format(" (init, pid {}, lives on)", the_case.container().init.pid)
             : " (not the container's init, which is gone too)";
}

std::string SizeText(const Victim& victim) {
  if (!victim.rss) return "";
  return fmt::format(", {} resident{}", ToText(*victim.rss),
                     victim.rss_at_snapshot ? " at the snapshot" : "");
}

std::string OthersText(const Case& the_case) {
  const std::uint64_t kills = the_case.kills.value_or(1);
  if (kills < 2) return "";
  const std::string others = CountText(kills - 1, "process", "processes");
  return the_case.cause == Cause::kGroupKill
             ? fmt::format(", and {} with it, as memory.oom.group is set", others)
             : fmt::format("; {} more in this incident", others);
}

Statement UnnamedVictim(const Case& the_case, std::string evidence) {
  const std::uint64_t kills = the_case.kills.value_or(0);
  return {.label = "victim",
          .text = fmt::format("{} that no kernel log names; memory.events counted {}",
                              kills == 1 ? "unknown process" : "unknown processes",
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
           .text = ProcessText(*victim.pid, victim.comm) + RoleText(the_case) + SizeText(victim) +
                   OthersText(the_case),
           .evidence = victim.evidence}};
}

}  // namespace headroom
