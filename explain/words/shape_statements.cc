#include <fmt/format.h>

#include <utility>

#include "explain/inputs/citation.h"
#include "explain/study/forked.h"
#include "explain/study/many_small.h"
#include "explain/study/victim_map.h"
#include "explain/words/statements.h"
#include "explain/words/words.h"
#include "explain/words/worth.h"

namespace headroom {
namespace {

constexpr const char* kLabel = "held by";
constexpr const char* kProcesses = "before/processes.json";
/// The rule of policy that compares what a runtime is told to use with the limit.
constexpr std::string_view kHeapRule = "runtime-heap-fits";

std::optional<Bytes> LimitBytes(const Case& the_case) {
  const auto limit = ComparedWith(the_case);
  if (!limit || limit->unlimited()) return std::nullopt;
  return limit->bytes();
}

std::string NamesText(const ManySmall& many) {
  if (many.with_comm == many.processes) return fmt::format(" named {}", Shown(many.comm));
  if (many.with_comm * 2 < many.processes) return "";
  return fmt::format(" ({} of them {})", many.with_comm, Shown(many.comm));
}

void AddManySmall(const Case& the_case, Bytes limit, std::vector<Statement>& statements) {
  if (!the_case.inputs.processes) return;
  const auto many = FindManySmall(*the_case.inputs.processes, limit);
  if (!many) return;
  statements.push_back(
      {.label = kLabel,
       .text = fmt::format("{} processes{}: {} of anonymous memory together, none more than {}{}",
                           many->processes, NamesText(*many), ToText(many->together),
                           ToText(many->largest), OldAgeText(SnapshotAge(the_case))),
       .evidence = Cite(the_case.evidence(), kProcesses, "\"processes\"")});
}

std::string ForkedText(const Case& the_case, const Forked& forked) {
  constexpr std::chrono::minutes kYoung{1};
  const std::string age = OldAgeText(SnapshotAge(the_case));
  const std::string sizes = fmt::format(
      "{} private to one of them (copied when written, or new since), {} still shared{}",
      ToText(forked.private_dirty), ToText(forked.shared_dirty), age);
  if (forked.child_age && *forked.child_age <= kYoung) {
    return fmt::format("pid {} {} and its child {}, forked {} before the snapshot: {}",
                       forked.parent, Shown(forked.comm), forked.child, ToText(*forked.child_age),
                       sizes);
  }
  return fmt::format("{} processes named {}, forked from one: {}", forked.processes,
                     Shown(forked.comm), sizes);
}

/// Half of the limit in what they no longer share: less is what any two processes have.
void AddForked(const Case& the_case, Bytes limit, std::vector<Statement>& statements) {
  constexpr double kMuch = 0.5;
  const auto& snapshot = the_case.inputs.snapshot;
  const auto forked =
      FindForked(ProcessesWithMaps(the_case), snapshot ? snapshot->taken_boot : std::nullopt);
  if (!forked || Share(forked->private_dirty, limit) < kMuch) return;
  statements.push_back(
      {.label = kLabel,
       .text = ForkedText(the_case, *forked),
       .evidence = Cite(the_case.evidence(), fmt::format("before/smaps/{}", forked->first_pid),
                        "Private_Dirty:")});
}

/// "total-vm" of the kernel's log frightens people: what was reserved was not used.
void AddReserved(const Case& the_case, const VictimMap& map, Bytes limit,
                 std::vector<Statement>& statements) {
  constexpr std::uint64_t kTimesLimit = 4;
  constexpr std::uint64_t kTimesResident = 10;
  const AddressSpace space = AddressSpaceOf(map.groups);
  if (space.resident.value == 0 || space.size.value / kTimesResident < space.resident.value ||
      space.size.value / kTimesLimit < limit.value) {
    return;
  }
  statements.push_back(
      {.label = "note",
       .text = fmt::format("its address space of {} is mostly reserved, not used: {} were resident",
                           ToText(space.size), ToText(space.resident)),
       .evidence = CiteFile(the_case.evidence(), map.file)});
}

void AddLocked(const Case& the_case, const VictimMap& map, std::vector<Statement>& statements) {
  const AddressSpace space = AddressSpaceOf(map.groups);
  if (!IsWorthNaming(the_case, space.locked)) return;
  statements.push_back(
      {.label = kLabel,
       .text = fmt::format("{} of it locked, so that it could neither be swapped nor dropped{}",
                           ToText(space.locked), OldAgeText(SectionAge(the_case, map.file))),
       .evidence = CiteFile(the_case.evidence(), map.file)});
}

/// What policy found when it started, and nobody changed.
void AddHeap(const Case& the_case, std::vector<Statement>& statements) {
  if (the_case.level.kind != LevelKind::kOwn) return;
  for (const FindingRecord& finding : the_case.container().findings) {
    if (finding.rule != kHeapRule || finding.fact.empty()) continue;
    statements.push_back(
        {.label = "note",
         .text = "at its start policy found: " + ShownSentence(finding.fact),
         .evidence = Cite(the_case.evidence(), "container.json", JsonMember("rule", kHeapRule))});
    return;
  }
}

}  // namespace

std::vector<Statement> ShapeStatements(const Case& the_case) {
  std::vector<Statement> statements;
  const auto map = FindVictimMap(the_case);
  if (map) AddLocked(the_case, *map, statements);
  if (const auto limit = LimitBytes(the_case)) {
    AddManySmall(the_case, *limit, statements);
    AddForked(the_case, *limit, statements);
    if (map && the_case.victim.pid) AddReserved(the_case, *map, *limit, statements);
  }
  AddHeap(the_case, statements);
  return statements;
}

}  // namespace headroom
