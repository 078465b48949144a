#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "explain/inputs/citation.h"
#include "explain/study/spared.h"
#include "explain/words/statements.h"
#include "explain/words/words.h"
#include "explain/words/worth.h"
#include "kernel/proc/mapping_groups.h"

namespace headroom {
namespace {

constexpr const char* kLabel = "held by";
/// Smaller than this share of the limit is no answer to what held the memory.
constexpr double kWorthNaming = 0.05;
constexpr std::size_t kMostGroups = 3;

std::string WhenText(const Case& the_case) {
  return the_case.held->at_kill ? " (at the kill)" : OldAgeText(SnapshotAge(the_case));
}

std::string WhereText(const Case& the_case) {
  const std::string& cgroup = the_case.held->cgroup;
  if (the_case.level.kind == LevelKind::kAncestor && cgroup == the_case.inputs.path()) {
    return "in this container: ";
  }
  if (cgroup.empty() || cgroup == the_case.inputs.path()) return "";
  return fmt::format("in {}: ", CgroupText(the_case, cgroup));
}

std::vector<std::string> PartTexts(const Case& the_case) {
  const Filling& held = *the_case.held;
  std::array<std::pair<std::string_view, std::optional<Bytes>>, 4> parts = {
      {{"anonymous", held.anon},
       {"shared (/dev/shm, memfd)", held.shmem},
       {"kernel", held.kernel},
       {"cache", held.cache}}};
  std::ranges::sort(parts, [](const auto& left, const auto& right) {
    return left.second.value_or(Bytes{}) > right.second.value_or(Bytes{});
  });
  std::vector<std::string> texts;
  for (const auto& [name, bytes] : parts) {
    if (!bytes || bytes->value == 0) continue;
    texts.push_back(
        fmt::format("{} {}{}", name, ToText(*bytes), ShareText(*bytes, ComparedWith(the_case))));
  }
  return texts;
}

void AddParts(const Case& the_case, std::vector<Statement>& statements) {
  if (!the_case.held) return;
  const auto texts = PartTexts(the_case);
  if (texts.empty()) return;
  statements.push_back(
      {.label = kLabel,
       .text = WhereText(the_case) + fmt::format("{}", fmt::join(texts, ", ")) + WhenText(the_case),
       .evidence = the_case.held->evidence});
}

/// Where the largest mapping of a group begins in the recorded text.
std::string CiteGroup(const Case& the_case, const std::string& file, const MappingGroup& group) {
  return Cite(the_case.evidence(), file,
              fmt::format("{:08x}-{:08x} ", group.largest_start, group.largest_end));
}

void AddMappings(const Case& the_case, std::vector<Statement>& statements) {
  if (!the_case.victim.pid) return;
  const std::string file = fmt::format("before/smaps/{}", *the_case.victim.pid);
  const std::string* text = the_case.evidence().File(file);
  if (text == nullptr) return;
  const auto groups = GroupMappings(std::string_view(*text));
  if (!groups) {
    statements.push_back({.label = "note",
                          .text = "the memory map of the victim could not be understood: " +
                                  Shown(groups.error().Message()),
                          .evidence = file});
    return;
  }
  for (std::size_t i = 0; i < std::min(groups->size(), kMostGroups); ++i) {
    const MappingGroup& group = (*groups)[i];
    if (!IsWorthNaming(the_case, group.Held())) break;
    statements.push_back(
        {.label = kLabel,
         .text =
             fmt::format("{} of {}: {} in {}{}", Shown(group.name),
                         the_case.victim.comm.empty() ? "the victim" : Shown(the_case.victim.comm),
                         ToText(group.Held()), CountText(group.mappings, "mapping", "mappings"),
                         OldAgeText(SectionAge(the_case, file))),
         .evidence = CiteGroup(the_case, file, group)});
  }
}

const ProcessRow* LargestProcess(const ProcessTable& table) {
  const auto largest = std::ranges::max_element(table.processes, [](const auto& a, const auto& b) {
    return a.rss.value_or(Bytes{}) < b.rss.value_or(Bytes{});
  });
  return largest == table.processes.end() ? nullptr : &*largest;
}

Statement AboutProcess(const Case& the_case, const ProcessRow& row, std::string text) {
  return {.label = kLabel,
          .text = std::move(text),
          .evidence = Cite(the_case.evidence(), "before/processes.json",
                           fmt::format("\"pid\": {}", row.id.pid))};
}

bool IsSpared(const Case& the_case, int pid) {
  return std::ranges::any_of(FindSpared(the_case),
                             [&](const Spared& spared) { return spared.pid == pid; });
}

/// Who held more than the victim: the kernel's choice is by badness, which is adjusted.
void AddOtherProcesses(const Case& the_case, std::vector<Statement>& statements) {
  const auto& table = the_case.inputs.processes;
  if (!table) return;
  const ProcessRow* largest = LargestProcess(*table);
  if (largest == nullptr || !largest->rss || !IsWorthNaming(the_case, *largest->rss)) return;
  const std::string process = ProcessText(largest->id.pid, largest->comm);
  const std::string size = ToText(*largest->rss);
  if (!the_case.victim.pid) {
    statements.push_back(AboutProcess(
        the_case, *largest,
        fmt::format("the largest process at the snapshot: {}, {} resident", process, size)));
    return;
  }
  const ProcessRow* victim = FindProcess(the_case.inputs, *the_case.victim.pid);
  if (victim == nullptr || victim == largest) return;
  if (the_case.cause == Cause::kGroupKill) return;  // they died together
  if (IsSpared(the_case, largest->id.pid)) return;  // that is said with the victim
  if (Share(*largest->rss, victim->rss.value_or(Bytes{1})) < 1.1) return;
  statements.push_back(AboutProcess(
      the_case, *largest,
      fmt::format("{}, {} resident, held more than the victim and was {}", process, size,
                  WasKilled(the_case.inputs, largest->id.pid) ? "killed too" : "not chosen")));
}

/// What others below the same ancestor held, while the figures are of the kill.
void AddNeighbours(const Case& the_case, std::vector<Statement>& statements) {
  const auto current = BytesInFile(the_case.evidence(), "before/memory.current");
  const auto& limit = the_case.level.limit;
  const auto age = SnapshotAge(the_case);
  if (the_case.level.kind != LevelKind::kAncestor || !current || !limit || limit->unlimited()) {
    return;
  }
  const Bytes others = limit->bytes() - *current;
  if (!age || *age > kStaleSnapshot || Share(others, limit->bytes()) < 2 * kWorthNaming) return;
  statements.push_back(
      {.label = kLabel,
       .text =
           fmt::format("this container held {} of the limit, other cgroups below {} the other {}",
                       ToText(*current), CgroupText(the_case, the_case.level.path), ToText(others)),
       .evidence = CiteFile(the_case.evidence(), "before/memory.current")});
}

}  // namespace

std::vector<Statement> HeldByStatements(const Case& the_case) {
  std::vector<Statement> statements;
  AddParts(the_case, statements);
  AddMappings(the_case, statements);
  for (Statement& shared : SharedStatements(the_case)) statements.push_back(std::move(shared));
  AddOtherProcesses(the_case, statements);
  AddNeighbours(the_case, statements);
  return statements;
}

}  // namespace headroom
