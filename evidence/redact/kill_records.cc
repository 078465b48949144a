#include "evidence/incident.h"
#include "evidence/neighbours.h"
#include "evidence/oom_record.h"
#include "evidence/redact/records.h"
#include "evidence/signals.h"

namespace headroom {
namespace {

void RedactEvent(OomEvent& event, CopyNames& names) {
  if (event.invoker_comm) event.invoker_comm = names.Process(*event.invoker_comm);
  for (auto* path : {&event.oom_memcg, &event.task_memcg}) {
    if (*path) *path = names.Cgroup(**path);
  }
  for (OomVictim& victim : event.victims) victim.comm = names.Process(victim.comm);
}

void RedactProcess(NamedProcess& process, CopyNames& names) {
  process.comm = names.Process(process.comm);
  process.exe = names.Program(process.exe);
}

void RedactSignal(SentSignal& signal, CopyNames& names) {
  signal.target_comm = names.Process(signal.target_comm);
  signal.via = names.Process(signal.via);
  if (!signal.sender) return;
  SignalSender& sender = *signal.sender;
  RedactProcess(sender.process, names);
  sender.cgroup = names.Cgroup(sender.cgroup);
  sender.unit = names.Unit(sender.unit);
  for (NamedProcess& parent : sender.parents) RedactProcess(parent, names);
}

}  // namespace

RedactedRecord RedactedIncident(const std::string& bytes, CopyNames& names,
                                const std::string& generation) {
  auto incident = ParseIncident(bytes, "");
  if (!incident) return std::nullopt;
  if (names.HidesNames()) incident->generation = generation;
  for (std::string& candidate : incident->candidates) candidate = names.Container(candidate);
  for (IncidentLevel& level : incident->levels) level.path = names.Cgroup(level.path);
  return SerializeIncident(*incident);
}

RedactedRecord RedactedOomRecord(const std::string& bytes, CopyNames& names,
                                 const std::string& log) {
  auto record = ParseOomRecord(bytes, "");
  if (!record) return std::nullopt;
  for (OomEvent& event : record->events) RedactEvent(event, names);
  return SerializeOomRecord(*record, log);
}

RedactedRecord RedactedSignals(const std::string& bytes, CopyNames& names) {
  auto record = ParseSignals(bytes, "");
  if (!record) return std::nullopt;
  for (SentSignal& signal : record->signals) RedactSignal(signal, names);
  for (OomdMark& mark : record->oomd) mark.cgroup = names.Cgroup(mark.cgroup);
  return SerializeSignals(*record);
}

RedactedRecord RedactedNeighbours(const std::string& bytes, CopyNames& names) {
  auto neighbours = ParseNeighbours(bytes, "");
  if (!neighbours) return std::nullopt;
  // "host" is no path.
  if (neighbours->level != "host") neighbours->level = names.Cgroup(neighbours->level);
  for (Neighbour& row : neighbours->cgroups) row.path = names.Cgroup(row.path);
  if (neighbours->trigger) {
    OomTrigger& trigger = *neighbours->trigger;
    trigger.comm = names.Process(trigger.comm);
    if (trigger.cgroup) trigger.cgroup = names.Cgroup(*trigger.cgroup);
  }
  return SerializeNeighbours(*neighbours);
}

}  // namespace headroom
