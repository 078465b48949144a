#include "supervisor/incident/neighbours_section.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "capture/neighbours.h"
#include "capture/section.h"
#include "kernel/proc/process.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

constexpr const char* kName = "neighbours.json";
constexpr std::size_t kStatusBytes = 65536;

/// The report that is about that level: the last one, as it is of the latest kill.
const OomEvent* ReportOf(const CapturedIncident& incident, const std::string& level) {
  const auto& events = incident.oom_events;
  const auto found = std::find_if(events.rbegin(), events.rend(), [&](const OomEvent& event) {
    return level == kHostLevel ? event.global : event.oom_memcg == level;
  });
  return found == events.rend() ? nullptr : &*found;
}

bool BeganBefore(const ProcessStat& stat, std::optional<BootTime> moment) {
  const auto ticks_a_second = static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
  const std::chrono::seconds began(stat.id.start_ticks / ticks_a_second);
  return !moment || began <= *moment;
}

/// Its process and its cgroup, while it lives and is the one.
void AskTask(const HostView& host, std::optional<BootTime> detected, OomTrigger& trigger) {
  const auto stat = ReadProcessStat(host, trigger.pid);
  if (!stat || stat->comm != trigger.comm || !BeganBefore(*stat, detected)) return;
  const auto cgroup = ReadProcessCgroup(host, trigger.pid);
  const auto text = ReadProcessFile(host, trigger.pid, "status", kStatusBytes);
  const auto again = ReadProcessStat(host, trigger.pid);
  if (!cgroup || !cgroup->memory() || !again || again->id != stat->id) return;
  trigger.cgroup = cgroup->memory();
  const auto status = text ? ParseProcessStatus(*text) : Malformed("status", "was not read");
  if (status && status->tgid) trigger.pid = *status->tgid;
}

}  // namespace

std::optional<OomTrigger> FindTrigger(const HostView& host, const OomEvent& event,
                                      std::optional<BootTime> detected) {
  if (!event.invoker_pid || !event.invoker_comm) return std::nullopt;
  OomTrigger trigger{.pid = *event.invoker_pid, .comm = *event.invoker_comm, .cgroup = {}};
  if (!event.victims.empty() && event.victims.front().pid == trigger.pid) {
    trigger.cgroup = event.task_memcg;
  } else {
    AskTask(host, detected, trigger);
  }
  return trigger;
}

Section NeighboursSection(const HostView& host, const CapturedIncident& incident) {
  if (!incident.neighbours.valid()) {
    return AbsentSection(kName, Outcome::kUnavailable, incident.why_no_neighbours);
  }
  if (incident.neighbours.wait_for(1s) != std::future_status::ready) {
    return AbsentSection(kName, Outcome::kUnavailable, "looking around was not done within 1 s");
  }
  const Result<Neighbours>& seen = incident.neighbours.get();
  Section section = MakeSection(kName, [&]() -> Result<std::string> {
    if (!seen) return std::unexpected(seen.error());
    Neighbours neighbours = *seen;
    const OomEvent* event = ReportOf(incident, neighbours.level);
    std::string victim;
    if (event != nullptr) {
      neighbours.trigger = FindTrigger(host, *event, incident.record.detected_boot);
      victim = event->task_memcg.value_or("");
    }
    const auto& trigger = neighbours.trigger;
    MarkNeighbours(neighbours, incident.container->cgroup.path, victim,
                   trigger ? trigger->cgroup.value_or("") : "");
    return SerializeNeighbours(neighbours);
  });
  if (!seen) return section;
  section.row.captured_boot = seen->read_boot;
  section.row.took = seen->took.value_or(section.row.took);
  if (seen->truncated) {
    section.row.outcome = Outcome::kPartial;
    section.row.reason = "there were more cgroups than could be looked at in that time";
  }
  return section;
}

}  // namespace headroom
