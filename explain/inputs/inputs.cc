#include "explain/inputs/inputs.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "evidence/kubelet_log.h"
#include "evidence/unit_log.h"
#include "kernel/cgroup/memory_limits.h"
#include "kernel/cgroup/memory_stat_v1.h"
#include "kernel/cgroup/memory_v1.h"

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

/// A file of v2 and those of v1 that say the same: the one, or what `with_swap` is beyond it.
struct Counterpart {
  std::string_view v2;
  std::string_view v1;
  std::string_view with_swap;  ///< empty: v1 is the answer
};
constexpr std::array<Counterpart, 4> kCounterparts = {{
    {"memory.max", "memory.limit_in_bytes", ""},
    {"memory.current", "memory.usage_in_bytes", ""},
    {"memory.swap.max", "memory.limit_in_bytes", "memory.memsw.limit_in_bytes"},
    {"memory.swap.current", "memory.usage_in_bytes", "memory.memsw.usage_in_bytes"},
}};

/// nullptr: no such file, or v1 has none that says it.
const Counterpart* CounterpartOf(std::string_view file) {
  const std::string_view leaf = file.substr(file.rfind('/') + 1);
  const auto* const found = std::ranges::find(kCounterparts, leaf, &Counterpart::v2);
  return found == kCounterparts.end() ? nullptr : found;
}

std::string Beside(std::string_view file, std::string_view leaf) {
  return std::string(file.substr(0, file.rfind('/') + 1)) + std::string(leaf);
}

std::optional<Limit> LimitOfV1(const Evidence& evidence, const std::string& file) {
  const std::string* text = evidence.File(file);
  const auto limit = text == nullptr ? Malformed(file, "") : ParseLimitV1(*text);
  return limit ? std::optional(*limit) : std::nullopt;
}

std::optional<Limit> LimitInFileOfV1(const Evidence& evidence, std::string_view file) {
  const Counterpart* counterpart = CounterpartOf(file);
  if (counterpart == nullptr) return std::nullopt;
  const auto memory = LimitOfV1(evidence, Beside(file, counterpart->v1));
  if (!memory || counterpart->with_swap.empty()) return memory;
  const auto both = LimitOfV1(evidence, Beside(file, counterpart->with_swap));
  if (!both || both->unlimited() || memory->unlimited()) return both;
  return Limit(both->bytes() - memory->bytes());
}

/// memory.stat as v2 names things; what v1 has of the kernel's memory is in another file.
Result<MemoryStat> ReadStat(const Evidence& evidence, const std::string& text) {
  auto stat = ParseMemoryStatOfAny(text);
  const std::string* kernel = evidence.File(std::string("before/") + kKernelUsageV1);
  if (!stat || !IsMemoryStatV1(text) || kernel == nullptr) return stat;
  if (const auto bytes = ParseUint64(Trimmed(*kernel))) stat->kernel = Bytes{*bytes};
  return stat;
}

}  // namespace

std::string RecordedName(const Evidence& evidence, std::string_view file) {
  const Counterpart* counterpart = CounterpartOf(file);
  if (counterpart == nullptr || evidence.File(file) != nullptr) return std::string(file);
  const bool both = !counterpart->with_swap.empty();
  std::string v1 = Beside(file, both ? counterpart->with_swap : counterpart->v1);
  return evidence.File(v1) == nullptr ? std::string(file) : v1;
}

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
  Fill(inputs, inputs.stat, "before/memory.stat",
       [&](const std::string& text) { return ReadStat(evidence, text); });
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
  const std::string* text = evidence.File(file);
  if (text == nullptr) return LimitInFileOfV1(evidence, file);
  const auto limit = ParseLimit(*text);
  return limit ? std::optional(*limit) : std::nullopt;
}

std::optional<Bytes> BytesInFile(const Evidence& evidence, std::string_view file) {
  const auto limit = LimitInFile(evidence, file);
  return !limit || limit->unlimited() ? std::nullopt : std::optional(limit->bytes());
}

}  // namespace headroom
