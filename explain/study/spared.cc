#include "explain/study/spared.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "explain/inputs/citation.h"

namespace headroom {
namespace {

void KeepLargest(std::vector<Spared>& spared) {
  constexpr std::size_t kMost = 3;
  std::ranges::stable_sort(spared, std::ranges::greater{}, &Spared::rss);
  if (spared.size() > kMost) spared.resize(kMost);
}

/// By how much more it must have held: both figures are of moments near each other.
bool HeldMore(Bytes other, Bytes victim) { return Share(other, victim) >= 1.1; }

std::vector<Spared> InReport(const Case& the_case, const OomEvent& event) {
  const auto page = PageOfReport(event);
  const auto victim = std::ranges::find(event.tasks, *the_case.victim.pid, &OomTask::pid);
  if (!page || victim == event.tasks.end()) return {};
  std::vector<Spared> spared;
  for (const OomTask& task : event.tasks) {
    if (task.oom_score_adj >= victim->oom_score_adj || WasKilled(the_case.inputs, task.pid)) {
      continue;
    }
    const Bytes rss{task.rss_pages * page->value};
    if (!HeldMore(rss, Bytes{victim->rss_pages * page->value})) continue;
    spared.push_back({.pid = task.pid,
                      .comm = task.comm,
                      .rss = rss,
                      .oom_score_adj = task.oom_score_adj,
                      .at_kill = true,
                      .evidence = CiteInLog(the_case.evidence(), event.first_sequence,
                                            fmt::format("[{:7}]", task.pid))});
  }
  return spared;
}

std::vector<Spared> InSnapshot(const Case& the_case) {
  const ProcessRow* victim = FindProcess(the_case.inputs, *the_case.victim.pid);
  if (victim == nullptr || !victim->rss || !victim->oom_score_adj) return {};
  std::vector<Spared> spared;
  for (const ProcessRow& row : the_case.inputs.processes->processes) {
    const bool lower = row.oom_score_adj && *row.oom_score_adj < *victim->oom_score_adj;
    if (!lower || !row.rss || !HeldMore(*row.rss, *victim->rss)) continue;
    if (WasKilled(the_case.inputs, row.id.pid)) continue;
    spared.push_back({.pid = row.id.pid,
                      .comm = row.comm,
                      .rss = *row.rss,
                      .oom_score_adj = *row.oom_score_adj,
                      .evidence = Cite(the_case.evidence(), "before/processes.json",
                                       fmt::format("\"pid\": {},", row.id.pid))});
  }
  return spared;
}

}  // namespace

std::optional<Bytes> PageOfReport(const OomEvent& event) {
  constexpr Bytes kSmallest = Kibibytes(4);
  for (const OomVictim& victim : event.victims) {
    const auto row = std::ranges::find(event.tasks, victim.pid, &OomTask::pid);
    const auto rss = victim.Rss();
    if (row == event.tasks.end() || !rss || row->rss_pages == 0) continue;
    const std::uint64_t page = rss->value / row->rss_pages;
    // It has taken more in between, or given back: to the nearest power of two.
    const std::uint64_t power = std::bit_floor(std::max(page + page / 2, kSmallest.value));
    if (power <= Kibibytes(64).value) return Bytes{power};
  }
  return std::nullopt;
}

std::vector<Spared> FindSpared(const Case& the_case) {
  if (!the_case.victim.pid) return {};
  const OomEvent* event = the_case.event();
  const bool in_report = event != nullptr && PageOfReport(*event).has_value();
  std::vector<Spared> spared = in_report ? InReport(the_case, *event) : InSnapshot(the_case);
  KeepLargest(spared);
  return spared;
}

}  // namespace headroom
