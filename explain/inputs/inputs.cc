#include "explain/inputs/inputs.h"

#include <algorithm>

#include "evidence/kubelet_log.h"
#include "evidence/unit_log.h"
#include "kernel/cgroup/memory_limits.h"

namespace headroom {
namespace {

constexpr const char* kOomLog = "kernel/oom.log";
constexpr const char* kOomJson = "kernel/oom.json";

/// Fills `value` from a recorded file; notes one that cannot be understood.
template <typename T, typename Parse>
void Fill(Inputs& inputs, std::optional<T>& value, const char* file, Parse parse) {
  const std::string* text = inputs.evidence.File(file);
  if (text == nullptr) return;
  auto parsed = parse(*text);
  if (parsed) {
    value = std::move(*parsed);
  } else {
    inputs.unreadable.push_back({file, parsed.error().Message()});
  }
}

bool IsRelated(const std::optional<std::string>& memcg, const std::string& path) {
  return memcg && (IsSameOrBelow(*memcg, path) || IsSameOrBelow(path, *memcg));
}

bool NamesAProcessOf(const Inputs& inputs, const OomEvent& event) {
  return std::any_of(event.victims.begin(), event.victims.end(), [&](const OomVictim& victim) {
    if (victim.pid == inputs.evidence.container.init.pid) return true;
    if (!inputs.processes) return false;
    const auto& rows = inputs.processes->processes;
    return std::any_of(rows.begin(), rows.end(),
                       [&](const ProcessRow& row) { return row.id.pid == victim.pid; });
  });
}

/// Whether the report is about this container. The cgroup of the victim decides where it is
/// stated; the kernel leaves the line with it out when many processes die at once.
bool IsAboutContainer(const Inputs& inputs, const OomEvent& event) {
  if (event.task_memcg) return IsSameOrBelow(*event.task_memcg, inputs.path());
  if (IsRelated(event.oom_memcg, inputs.path())) return true;
  return !event.oom_memcg && NamesAProcessOf(inputs, event);
}

void ReadOomEvents(Inputs& inputs) {
  std::vector<OomEvent> events;
  if (const std::string* log = inputs.evidence.File(kOomLog)) {
    events = ParseOomLog(*log);
    inputs.oom_file = kOomLog;
  }
  if (events.empty()) {
    std::optional<OomRecord> record;
    Fill(inputs, record, kOomJson,
         [](const std::string& text) { return ParseOomRecord(text, kOomJson); });
    if (record && !record->events.empty()) {
      events = std::move(record->events);
      inputs.oom_file = kOomJson;
    }
  }
  for (OomEvent& event : events) {
    if (IsAboutContainer(inputs, event)) inputs.oom.push_back(std::move(event));
  }
}

template <typename T>
std::optional<T> ValueInFile(const Evidence& evidence, std::string_view file) {
  const std::string* text = evidence.File(file);
  if (text == nullptr) return std::nullopt;
  const auto limit = ParseLimit(*text);
  if (!limit) return std::nullopt;
  if constexpr (std::is_same_v<T, Limit>) {
    return *limit;
  } else {
    return limit->unlimited() ? std::nullopt : std::optional(limit->bytes());
  }
}

}  // namespace

Inputs ReadInputs(const Evidence& evidence) {
  Inputs inputs{.evidence = evidence,
                .incident = {},
                .snapshot = {},
                .processes = {},
                .shm = {},
                .timeline = {},
                .signals = {},
                .stat = {},
                .earlier = {},
                .kubelet = {},
                .unit_log = {},
                .pre_kill = {},
                .oom = {},
                .oom_file = {},
                .unreadable = {}};
  const auto named = [](auto parse, const char* file) {
    return [parse, file](const std::string& text) { return parse(text, file); };
  };
  Fill(inputs, inputs.incident, "incident.json", named(ParseIncident, "incident.json"));
  Fill(inputs, inputs.snapshot, "before/snapshot.json",
       named(ParseSnapshot, "before/snapshot.json"));
  Fill(inputs, inputs.processes, "before/processes.json",
       named(ParseProcesses, "before/processes.json"));
  Fill(inputs, inputs.shm, "before/shm.json", named(ParseShm, "before/shm.json"));
  Fill(inputs, inputs.tmpfs, "before/tmpfs.json", named(ParseTmpfs, "before/tmpfs.json"));
  Fill(inputs, inputs.shared, "before/shared_memory.json",
       named(ParseSharedMemory, "before/shared_memory.json"));
  Fill(inputs, inputs.neighbours, "neighbours.json", named(ParseNeighbours, "neighbours.json"));
  Fill(inputs, inputs.pre_kill, "pre_kill.json", named(ParsePreKillResult, "pre_kill.json"));
  Fill(inputs, inputs.timeline, "timeline.json", named(ParseTimeline, "timeline.json"));
  Fill(inputs, inputs.signals, "kernel/signals.json", named(ParseSignals, "kernel/signals.json"));
  Fill(inputs, inputs.stat, "before/memory.stat", ParseMemoryStat);
  Fill(inputs, inputs.earlier, "before/earlier.json",
       named(ParseEarlierMap, "before/earlier.json"));
  if (const std::string* log = evidence.File("container/log.txt")) {
    inputs.log = ParseKeptLog(*log);
  }
  if (const std::string* log = evidence.File(kKubeletLog)) {
    inputs.kubelet = ParseKeptLog(*log);
  }
  if (const std::string* log = evidence.File(kUnitLog)) {
    inputs.unit_log = ParseKeptLog(*log);
  }
  ReadOomEvents(inputs);
  return inputs;
}

std::optional<Limit> LimitInFile(const Evidence& evidence, std::string_view file) {
  return ValueInFile<Limit>(evidence, file);
}

std::optional<Bytes> BytesInFile(const Evidence& evidence, std::string_view file) {
  return ValueInFile<Bytes>(evidence, file);
}

}  // namespace headroom
