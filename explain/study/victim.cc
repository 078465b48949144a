#include "explain/study/victim.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "explain/inputs/citation.h"

namespace headroom {
namespace {

const OomVictim* InitAmong(const Inputs& inputs, const OomEvent& event) {
  const int init = inputs.evidence.container.init.pid;
  const auto found = std::find_if(event.victims.begin(), event.victims.end(),
                                  [&](const OomVictim& victim) { return victim.pid == init; });
  return found == event.victims.end() ? nullptr : &*found;
}

/// The first is the one that the kernel chose; a group kill takes the others along with it.
const OomVictim* Chosen(const OomEvent* event) {
  return event == nullptr || event->victims.empty() ? nullptr : &event->victims.front();
}

std::string CiteKill(const Inputs& inputs, const OomEvent& event, int pid) {
  if (inputs.oom_file == "kernel/oom.log") {
    return CiteInLog(inputs.evidence, event.first_sequence,
                     fmt::format("Killed process {} (", pid));
  }
  return Cite(inputs.evidence, inputs.oom_file, fmt::format("\"pid\": {},", pid));
}

}  // namespace

const OomEvent* ChooseEvent(const Inputs& inputs) {
  for (const OomEvent& event : inputs.oom) {
    if (InitAmong(inputs, event) != nullptr) return &event;
  }
  return inputs.oom.empty() ? nullptr : &inputs.oom.back();
}

const ProcessRow* FindProcess(const Inputs& inputs, int pid) {
  if (!inputs.processes) return nullptr;
  const auto& rows = inputs.processes->processes;
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.id.pid == pid; });
  return found == rows.end() ? nullptr : &*found;
}

Victim FindVictim(const Inputs& inputs, const OomEvent* event) {
  Victim victim;
  const OomVictim* chosen = Chosen(event);
  if (chosen == nullptr || chosen->pid <= 0) return victim;
  victim.pid = chosen->pid;
  victim.comm = chosen->comm;
  victim.rss = chosen->Rss();
  victim.anon = chosen->anon_rss;
  victim.shmem = chosen->shmem_rss;
  victim.is_init = chosen->pid == inputs.evidence.container.init.pid;
  victim.evidence = CiteKill(inputs, *event, chosen->pid);
  const ProcessRow* row = FindProcess(inputs, chosen->pid);
  if (!victim.rss && row != nullptr && row->rss) {
    victim.rss = row->rss;
    victim.rss_at_snapshot = true;
  }
  return victim;
}

bool WasKilled(const Inputs& inputs, int pid) {
  return std::ranges::any_of(inputs.oom, [&](const OomEvent& event) {
    return std::ranges::any_of(event.victims,
                               [&](const OomVictim& victim) { return victim.pid == pid; });
  });
}

std::optional<std::uint64_t> ProcessesKilled(const Inputs& inputs) {
  std::set<int> pids;
  for (const OomEvent& event : inputs.oom) {
    for (const OomVictim& victim : event.victims) pids.insert(victim.pid);
  }
  if (pids.empty()) return std::nullopt;
  return pids.size();
}

}  // namespace headroom
