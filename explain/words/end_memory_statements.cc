#include "explain/words/end_memory_statements.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>

#include "explain/inputs/citation.h"
#include "explain/study/growth.h"
#include "explain/study/not_oom.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

constexpr const char* kIncident = "incident.json";
constexpr const char* kShm = "before/shm.json";

void AddAllocFailure(const Ending& ending, std::vector<Statement>& lines) {
  if (!ending.alloc) return;
  if (const auto& space = ending.alloc->address_space) {
    lines.push_back(
        {.label = "limit",
         .text = fmt::format("pid {} had {} of address space at the snapshot, of {} that "
                             "it may have (ulimit -v)",
                             space->pid, ToText(space->size), ToText(space->limit)),
         .evidence = space->evidence});
  }
  if (const auto& commit = ending.alloc->commit) {
    lines.push_back(
        {.label = "limit",
         .text = fmt::format("the host promises no more memory than {} "
                             "(vm.overcommit_memory is 2), and had promised {} when the bundle was "
                             "made",
                             ToText(commit->limit), ToText(commit->committed)),
         .evidence = commit->evidence});
  }
}

void AddShm(const Case& the_case, const Ending& ending, std::vector<Statement>& lines) {
  if (!ending.TellsOf(SIGBUS)) return;
  const auto& shm = the_case.inputs.shm;
  if (!shm || !shm->size || !shm->used) {
    lines.push_back({.label = "shm",
                     .text = "whether /dev/shm was full is not known: it was not recorded",
                     .evidence = CiteManifest(the_case.evidence(), kShm)});
    return;
  }
  const auto age = ShmAge(the_case);
  const std::string size = shm->size->unlimited() ? "no limit" : ToText(shm->size->bytes());
  const std::string before = age ? ToText(*age) + " before the end" : "at a time that is not known";
  const std::string full = IsShmOld(the_case)     ? ""
                           : ShmWasFull(the_case) ? "was full "
                                                  : "was not full ";
  lines.push_back({.label = "shm",
                   .text = fmt::format("{} /dev/shm {}{}, when it was last seen: {} used of {}",
                                       shm->of_host ? "the host's" : "its", full, before,
                                       ToText(*shm->used), size),
                   .evidence = Cite(the_case.evidence(), kShm, "\"used\"")});
}

/// What was charged at the last sample before the end.
std::string MemoryText(const Case& the_case) {
  const auto samples = SamplesUpToKill(the_case);
  const auto last =
      std::ranges::find_if(samples.rbegin(), samples.rend(),
                           [](const Sample& sample) { return sample.current.has_value(); });
  if (last == samples.rend() || !the_case.killed_at) return "";
  const auto limit = OwnLimit(the_case.inputs);
  const std::string of =
      limit && !limit->unlimited() ? fmt::format(" of {}", ToText(limit->bytes())) : "";
  return fmt::format("{}{} were charged {} before the end", ToText(*last->current), of,
                     ToText(std::max(*the_case.killed_at - last->at, BootTime(0))));
}

/// With the cgroup gone the last reading may have come too early, and the log has to say it.
std::string NotCountedText(const Case& the_case, bool removed) {
  if (!removed) return "not the OOM killer: no kill was counted";
  return LogHasNoKill(the_case)
             ? "not the OOM killer: it had counted no kill when the container's cgroup was last "
               "read, and the kernel's log named none"
             : "the OOM killer had counted no kill when the container's cgroup was last read; "
               "whether one came after that is not known";
}

/// What the counter rose by before: nothing of it is this end, and it may still be its reason.
void AddEarlierKills(const Case& the_case, std::uint64_t kills, std::vector<Statement>& lines) {
  lines.push_back(
      {.label = "memory",
       .text = fmt::format("before this end the OOM killer had killed {} in the container, which "
                           "bundles of their own tell of; whether this end follows from that is "
                           "not known",
                           kills == 1 ? "a process" : fmt::format("{} processes", kills)),
       .evidence = Cite(the_case.evidence(), kIncident, "\"oom_kill\": {")});
}

void AddNotOom(const Case& the_case, std::vector<Statement>& lines) {
  const auto& incident = the_case.inputs.incident;
  const IncidentLevel* own = incident ? incident->Own() : nullptr;
  const std::uint64_t earlier = OomKillsBefore(the_case).value_or(0);
  if (earlier > 0) {
    AddEarlierKills(the_case, earlier, lines);
  } else if (own != nullptr && own->events.oom_kill == 0) {
    lines.push_back({.label = "memory",
                     .text = NotCountedText(the_case, own->removed),
                     .evidence = Cite(the_case.evidence(), kIncident, "\"oom_kill\": 0")});
  } else {
    lines.push_back({.label = "memory",
                     .text = "whether the OOM killer killed another process in it at about that "
                             "time is not known: its counter could not be compared",
                     .evidence = Cite(the_case.evidence(), kIncident, "\"levels\"")});
  }
  std::string memory = MemoryText(the_case);
  if (memory.empty()) return;
  lines.push_back({.label = "memory",
                   .text = std::move(memory),
                   .evidence = Cite(the_case.evidence(), "timeline.json", "\"current\"")});
}

}  // namespace

std::vector<Statement> EndMemoryStatements(const Case& the_case, const Ending& ending) {
  std::vector<Statement> lines;
  AddAllocFailure(ending, lines);
  AddShm(the_case, ending, lines);
  AddNotOom(the_case, lines);
  return lines;
}

}  // namespace headroom
