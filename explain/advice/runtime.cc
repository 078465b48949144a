#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "explain/advice/families.h"
#include "explain/advice/raise.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

/// The process that held the most: the victim, or the largest of a container that lives.
const ProcessRow* RowOf(const Case& the_case) {
  if (the_case.victim.pid) return FindProcess(the_case.inputs, *the_case.victim.pid);
  const auto& processes = the_case.inputs.processes;
  return processes && !processes->processes.empty() ? &processes->processes.front() : nullptr;
}

std::string CommOf(const Case& the_case) {
  if (!the_case.victim.comm.empty()) return the_case.victim.comm;
  const ProcessRow* row = RowOf(the_case);
  return row == nullptr ? "" : row->comm;
}

/// Policy has read the command line at the start, which says more than a name.
const FindingRecord* HeapFinding(const Case& the_case) {
  const auto& findings = the_case.container().findings;
  const auto found = std::ranges::find(findings, "runtime-heap-fits", &FindingRecord::rule);
  return found == findings.end() || found->advice.empty() ? nullptr : &*found;
}

/// glibc gives every thread an arena of its own, up to eight a processor, and hardly returns any of
/// them (malloc(3), M_ARENA_MAX).
Lines AboutArenas(const Case& the_case) {
  constexpr std::uint64_t kManyThreads = 16;
  const ProcessRow* row = RowOf(the_case);
  if (row == nullptr || row->threads.value_or(0) < kManyThreads) return {};
  return {
      fmt::format("{} had {} threads, and where its malloc is glibc's each may hold memory of "
                  "its own: MALLOC_ARENA_MAX=2 in its environment bounds that.",
                  Shown(row->comm), *row->threads)};
}

Lines AboutNode(const Case& the_case) {
  if (!HasNumber(the_case.level.limit)) return {};
  const std::uint64_t mebibytes = the_case.level.limit->bytes().value / 4 * 3 >> 20U;
  if (mebibytes == 0) return {};
  return {
      fmt::format("node collects its heap in time if it knows the limit: start it with "
                  "--max-old-space-size={} (MiB, three quarters of the limit).",
                  mebibytes)};
}

}  // namespace

std::vector<std::string> AboutRuntime(const Case& the_case) {
  if (const FindingRecord* finding = HeapFinding(the_case)) {
    const std::string advice = ShownSentence(finding->advice);
    return {fmt::format("As policy found at its start: {}; {}{}", ShownSentence(finding->fact),
                        advice, advice.ends_with("...") ? "" : ".")};
  }
  const std::string comm = CommOf(the_case);
  if (comm == "java") {
    return {
        "java keeps its heap within a share of the limit with -XX:MaxRAMPercentage=60; metaspace, "
        "threads and buffers come on top of it."};
  }
  if (comm == "node") return AboutNode(the_case);
  if (comm.starts_with("python")) return AboutArenas(the_case);
  return {};
}

}  // namespace headroom
