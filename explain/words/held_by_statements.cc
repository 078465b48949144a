#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "explain/inputs/citation.h"
#include "explain/study/breakdowns.h"
#include "explain/study/spared.h"
#include "explain/words/statements.h"
#include "explain/words/words.h"
#include "explain/words/worth.h"

namespace headroom {
namespace {

constexpr const char* kLabel = "held by";
/// Smaller than this share of the limit is no answer to what held the memory.
constexpr double kWorthNaming = 0.05;

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

using NamedPart = std::pair<std::string_view, std::optional<Bytes>>;

/// Below half a percent of the limit, where no share is stated either.
bool IsSmall(const Case& the_case, Bytes bytes) {
  const auto limit = ComparedWith(the_case);
  return limit && !limit->unlimited() && ShareText(bytes, limit).empty();
}

/// How many could be one "other".
std::size_t SmallParts(const Case& the_case, std::span<const NamedPart> parts) {
  return static_cast<std::size_t>(std::ranges::count_if(parts, [&](const NamedPart& part) {
    return part.second && part.second->value > 0 && IsSmall(the_case, *part.second);
  }));
}

std::vector<std::string> PartTexts(const Case& the_case) {
  const Filling& held = *the_case.held;
  std::array<NamedPart, 5> parts = {{{"anonymous", held.anon},
                                     {"shared (/dev/shm, memfd)", held.shmem},
                                     {"compressed swap (zswap)", held.zswap},
                                     {"kernel", held.kernel},
                                     {"cache", held.cache}}};
  std::ranges::sort(parts, [](const auto& left, const auto& right) {
    return left.second.value_or(Bytes{}) > right.second.value_or(Bytes{});
  });
  const std::size_t small = SmallParts(the_case, parts);
  std::vector<std::string> texts;
  Bytes others;
  for (const auto& [name, bytes] : parts) {
    if (!bytes || bytes->value == 0) continue;
    if (small >= 2 && IsSmall(the_case, *bytes)) {
      others = others + *bytes;
      continue;
    }
    texts.push_back(
        fmt::format("{} {}{}", name, ToText(*bytes), ShareText(*bytes, ComparedWith(the_case))));
  }
  if (others.value > 0) texts.push_back("other " + ToText(others));
  return texts;
}

/// What memory.stat does not state, where that is more than the rounding of its figures.
void AddUnaccounted(const Case& the_case, std::vector<Statement>& statements) {
  constexpr double kWorthAsking = 0.02;
  const auto limit = ComparedWith(the_case);
  if (!the_case.held || !limit || limit->unlimited()) return;
  const auto all = FindBreakdowns(the_case);
  const RecordedBreakdown* held =
      FindAt(all, the_case.held->at_kill ? BreakdownMoment::kKill : BreakdownMoment::kSnapshot);
  if (held == nullptr) return;
  const Bytes bytes = held->breakdown.Of(ChargedPart::kUnaccounted).value_or(Bytes{});
  if (Share(bytes, limit->bytes()) <= kWorthAsking) return;
  statements.push_back(
      {.label = kLabel,
       .text = fmt::format("unaccounted {}{}: {}", ToText(bytes), ShareText(bytes, limit),
                           UnaccountedReason(held->breakdown)),
       .evidence = held->evidence});
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

/// What of an ancestor's limit was not this container's, while the figures are of the kill. Whose
/// it was is in neighbours.json alone, and where there is one this is not said.
void AddNeighbours(const Case& the_case, std::vector<Statement>& statements) {
  const auto current = BytesInFile(the_case.evidence(), "before/memory.current");
  const auto& limit = the_case.level.limit;
  const auto age = SnapshotAge(the_case);
  if (the_case.level.kind != LevelKind::kAncestor || !current || !limit || limit->unlimited()) {
    return;
  }
  const auto& snapshot = the_case.inputs.snapshot;
  const bool is_own = snapshot && snapshot->cgroup == the_case.inputs.path();
  if (the_case.inputs.neighbours || !is_own) return;
  const Bytes others = limit->bytes() - *current;
  if (!age || *age > kStaleSnapshot || Share(others, limit->bytes()) < 2 * kWorthNaming) return;
  statements.push_back(
      {.label = kLabel,
       .text = fmt::format("this container held {} of the limit; the rest, {}, was not this "
                           "container's at that moment",
                           ToText(*current), ToText(others)),
       .evidence = CiteFile(the_case.evidence(),
                            RecordedName(the_case.evidence(), "before/memory.current"))});
}

}  // namespace

std::vector<Statement> HeldByStatements(const Case& the_case) {
  std::vector<Statement> statements;
  AddParts(the_case, statements);
  AddUnaccounted(the_case, statements);
  for (Statement& kind : KernelStatements(the_case)) statements.push_back(std::move(kind));
  for (Statement& mapping : MappingStatements(the_case)) statements.push_back(std::move(mapping));
  for (Statement& shared : SharedStatements(the_case)) statements.push_back(std::move(shared));
  AddOtherProcesses(the_case, statements);
  AddNeighbours(the_case, statements);
  for (Statement& shape : ShapeStatements(the_case)) statements.push_back(std::move(shape));
  for (Statement& said : TopSaidStatements(the_case)) statements.push_back(std::move(said));
  return statements;
}

}  // namespace headroom
