#include "explain/study/alloc_failure.h"

#include <fmt/format.h>

#include <string_view>

#include "base/text.h"
#include "explain/inputs/citation.h"

namespace headroom {
namespace {

constexpr std::chrono::seconds kRightBefore{10};
/// One request may be large; what is further off than this could not be told from any other use.
constexpr double kNear = 0.9;

/// "Key:   12 kB" of /proc/meminfo and of /proc/PID/status. nullopt: it is not there.
std::optional<Bytes> KilobytesOf(const std::string* text, std::string_view key) {
  std::string_view rest = text == nullptr ? std::string_view() : std::string_view(*text);
  while (const auto line = TakeLine(rest)) {
    const auto words = Words(*line);
    if (words.size() != 3 || words[0] != key || words[2] != "kB") continue;
    const auto number = ParseUint64(words[1]);
    if (!number || *number > (UINT64_MAX >> 10U)) return std::nullopt;
    return Bytes{*number << 10U};
  }
  return std::nullopt;
}

bool IsNear(Bytes use, Bytes limit) { return limit.value > 0 && Share(use, limit) >= kNear; }

std::optional<AllocFailure::AddressSpace> FullAddressSpace(const Case& the_case, int pid) {
  const auto age = SnapshotAge(the_case);
  if (!the_case.inputs.processes || !age || IsStale(age)) return std::nullopt;
  for (const ProcessRow& row : the_case.inputs.processes->processes) {
    if (row.id.pid != pid || !row.limit_as || row.limit_as->unlimited()) continue;
    const std::string file = fmt::format("before/status/{}", row.id.pid);
    const auto size = KilobytesOf(the_case.evidence().File(file), "VmSize:");
    const Bytes limit = row.limit_as->bytes();
    if (!size || !IsNear(*size, limit)) continue;
    return AllocFailure::AddressSpace{.pid = row.id.pid,
                                      .size = *size,
                                      .limit = limit,
                                      .evidence = Cite(the_case.evidence(), file, "VmSize:")};
  }
  return std::nullopt;
}

/// mm/util.c, __vm_enough_memory: only with 2 the kernel keeps to CommitLimit.
std::optional<AllocFailure::Commit> FullCommit(const Case& the_case) {
  const Evidence& evidence = the_case.evidence();
  const std::string* settings = evidence.File("host/sysctl.json");
  if (settings == nullptr ||
      settings->find("\"vm.overcommit_memory\": \"2\"") == std::string::npos) {
    return std::nullopt;
  }
  const std::string* meminfo = evidence.File("host/meminfo");
  const auto limit = KilobytesOf(meminfo, "CommitLimit:");
  const auto committed = KilobytesOf(meminfo, "Committed_AS:");
  if (!limit || !committed || !IsNear(*committed, *limit)) return std::nullopt;
  return AllocFailure::Commit{.committed = *committed,
                              .limit = *limit,
                              .evidence = Cite(evidence, "host/meminfo", "Committed_AS:")};
}

/// What it said, where that was of memory.
std::optional<LastWords> SaidOfMemory(const Case& the_case) {
  std::optional<LastWords> words = LastWordsWithin(the_case, kRightBefore);
  if (!words || !words->allocation) return std::nullopt;
  return words;
}

}  // namespace

std::optional<LastWords> LastWordsWithin(const Case& the_case, std::chrono::seconds before) {
  const auto& log = the_case.inputs.log;
  const auto& incident = the_case.inputs.incident;
  std::optional<WallTime> end = the_case.killed_wall;
  if (!end && incident) end = incident->detected_wall;
  if (!log || !end) return std::nullopt;
  auto words = FindLastWords(log->lines);
  if (!words || !words->at || *words->at + before < *end) return std::nullopt;
  return words;
}

std::optional<AllocFailure> FindAllocFailure(const Case& the_case, std::optional<int> pid) {
  AllocFailure failure{.said = SaidOfMemory(the_case),
                       .address_space = pid ? FullAddressSpace(the_case, *pid) : std::nullopt,
                       .commit = FullCommit(the_case)};
  if (!failure.said && !failure.address_space && !failure.commit) return std::nullopt;
  return failure;
}

}  // namespace headroom
