#include "supervisor/capture/kernel_sections.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "supervisor/capture/section.h"

namespace headroom {
namespace {

using nlohmann::json;

json OrNull(const std::optional<Bytes>& value) {
  return value ? json(value->value) : json(nullptr);
}
json OrNull(const std::optional<std::string>& value) {
  return value ? json(EscapedForPeople(*value)) : json(nullptr);
}
template <typename Number>
json OrNull(const std::optional<Number>& value) {
  return value ? json(*value) : json(nullptr);
}

/// The line of `log` that holds the record with this sequence number, from 1; 0: none.
std::size_t LineOfRecord(std::string_view log, std::uint64_t sequence) {
  const std::string mark = fmt::format(",{},", sequence);
  std::size_t number = 0;
  while (const auto line = TakeLine(log)) {
    ++number;
    const std::size_t at = line->find(mark);
    if (at != std::string_view::npos && at < 4) return number;
  }
  return 0;
}

json VictimJson(const OomVictim& victim, const std::string& log) {
  return {{"pid", victim.pid},
          {"comm", EscapedForPeople(victim.comm)},
          {"total_vm", OrNull(victim.total_vm)},
          {"anon_rss", OrNull(victim.anon_rss)},
          {"file_rss", OrNull(victim.file_rss)},
          {"shmem_rss", OrNull(victim.shmem_rss)},
          {"pgtables", OrNull(victim.pgtables)},
          {"uid", OrNull(victim.uid)},
          {"oom_score_adj", OrNull(victim.oom_score_adj)},
          {"since_boot_us", victim.since_boot.count()},
          {"log_line", LineOfRecord(log, victim.sequence)}};
}

json EventJson(const OomEvent& event, const std::string& log) {
  json victims = json::array();
  for (const OomVictim& victim : event.victims) victims.push_back(VictimJson(victim, log));
  return {{"invoker_comm", OrNull(event.invoker_comm)},
          {"constraint", OrNull(event.constraint)},
          {"oom_memcg", OrNull(event.oom_memcg)},
          {"task_memcg", OrNull(event.task_memcg)},
          {"global", event.global},
          {"usage", OrNull(event.usage)},
          {"limit", OrNull(event.limit)},
          {"group_kill", event.group_kill},
          {"since_boot_us", event.since_boot.count()},
          {"tasks_rows", event.tasks.size()},
          {"victims", std::move(victims)}};
}

}  // namespace

void AddKernelSections(const CapturedIncident& incident, std::vector<Section>& sections) {
  if (incident.oom_events.empty()) {
    const std::string reason =
        !incident.log_unavailable.empty()
            ? incident.log_unavailable
            : "the kernel's log held no record of this kill (it may have been overwritten)";
    for (const char* name : {"kernel/oom.log", "kernel/oom.json"}) {
      sections.push_back(AbsentSection(name, Outcome::kUnavailable, reason));
    }
    return;
  }
  std::string log;
  for (const OomEvent& event : incident.oom_events) log += event.raw;
  json events = json::array();
  for (const OomEvent& event : incident.oom_events) events.push_back(EventJson(event, log));
  const std::string parsed =
      DumpJson({{"events", std::move(events)}, {"overruns", incident.log_overruns}});
  sections.push_back(TextSection("kernel/oom.log", std::move(log)));
  sections.push_back(TextSection("kernel/oom.json", parsed));
}

}  // namespace headroom
