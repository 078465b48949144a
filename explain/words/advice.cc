#include "explain/words/advice.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "explain/study/growth.h"
#include "explain/words/engine_words.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

using Lines = std::vector<std::string>;

void Append(Lines& lines, Lines more) {
  lines.insert(lines.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
}

Bytes Doubled(Limit limit) { return limit.bytes() + limit.bytes(); }

bool HasNumber(const std::optional<Limit>& limit) {
  constexpr Bytes kLargest{std::uint64_t{1} << 60U};  // beyond it, twice as much is no advice
  return limit && !limit->unlimited() && limit->bytes().value > 0 && limit->bytes() < kLargest;
}

/// How much longer twice the limit would have lasted at the measured rate.
std::string LastedText(const Case& the_case) {
  const auto growth = FindGrowth(the_case);
  const auto& limit = the_case.level.limit;
  if (!growth || !HasNumber(limit) || growth->cache_included) return "";
  if (the_case.killed_at && IsStale(*the_case.killed_at - growth->to)) return "";
  const double seconds = static_cast<double>(limit->bytes().value) / growth->bytes_per_second;
  constexpr double kTooLongToSay = 30.0 * 24 * 3600;
  if (seconds < 0.001 || seconds > kTooLongToSay) return "";
  const auto lasted =
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(seconds));
  return fmt::format(": at that rate twice the limit would have lasted {} longer", ToText(lasted));
}

/// memory.swap.max, as read last, else as it was at the start; none where nobody recorded it.
Limit SwapAllowed(const Case& the_case) {
  const auto last = LimitInFile(the_case.evidence(), "cgroup/memory.swap.max");
  return last.value_or(the_case.container().cgroup.limits.swap_max.value_or(Limit(Bytes{0})));
}

bool StillRuns(const Case& the_case) {
  const auto& incident = the_case.inputs.incident;
  return incident && incident->init_alive.value_or(false) && !the_case.init_killed;
}

Lines FindAndRaise(const Case& the_case, std::string find) {
  Lines lines = {std::move(find)};
  if (the_case.level.kind != LevelKind::kOwn || !HasNumber(the_case.level.limit)) return lines;
  const Bytes doubled = Doubled(*the_case.level.limit);
  lines.push_back(
      fmt::format("If it needs that much, raise the limit, for example to twice what it met ({}):",
                  ToText(doubled)));
  Append(lines, RaiseLimitWords(the_case.container(), doubled, SwapAllowed(the_case),
                                StillRuns(the_case)));
  return lines;
}

std::string FindWhatItKeeps(const Case& the_case) {
  const std::string who =
      the_case.victim.comm.empty() ? "the process" : Shown(the_case.victim.comm);
  return fmt::format("Find what {} keeps{}.", who, LastedText(the_case));
}

/// The file that most of the shared memory is in; nullptr: there is none such, so it is elsewhere.
const ShmFile* ShmFiller(const Case& the_case) {
  const auto& shm = the_case.inputs.shm;
  if (!shm || shm->files.empty() || !the_case.held || !the_case.held->shmem) return nullptr;
  const ShmFile& largest = shm->files.front();
  const auto bytes = largest.allocated ? largest.allocated : largest.bytes;
  return bytes && Share(*bytes, *the_case.held->shmem) >= 0.5 ? &largest : nullptr;
}

Lines AboutShm(const Case& the_case) {
  const auto& shm = the_case.inputs.shm;
  const ShmFile* filler = ShmFiller(the_case);
  Lines lines = FindAndRaise(
      the_case, filler != nullptr
                    ? fmt::format("Remove or bound {}: files on /dev/shm count as memory until "
                                  "they are deleted.",
                                  Shown(filler->path))
                    : "Look for shared memory: memfd, SysV segments and files on a tmpfs count "
                      "until they are deleted.");
  if (!shm || !shm->size || !HasNumber(the_case.level.limit)) return lines;
  if (*shm->size < *the_case.level.limit) return lines;
  const Bytes half{the_case.level.limit->bytes().value / 2};
  lines.push_back(
      fmt::format("Its /dev/shm may grow to {}, beyond the limit; give it half the "
                  "limit instead ({}):",
                  ToText(*shm->size), ToText(half)));
  Append(lines, SizeShmWords(the_case.container(), half));
  return lines;
}

Lines AboutAncestor(const Case& the_case) {
  const LimitLevel& level = the_case.level;
  Lines lines = {
      fmt::format("All containers below {} share that limit: see which of them grew, "
                  "or move this one.",
                  CgroupText(the_case, level.path))};
  if (!HasNumber(level.limit)) return lines;
  lines.push_back("To raise it, for example to twice its size:");
  Append(lines, RaiseCgroupWords(level.path, Doubled(*level.limit)));
  return lines;
}

Lines AboutHost(const Case& the_case) {
  if (the_case.level.some_nodes) {
    return {
        "The memory nodes that it may use were full, whatever its limit: give it more of them "
        "(cpuset.mems), or less to do."};
  }
  Lines lines = {
      "The host had no memory left, whatever the containers' limits: see host/meminfo "
      "for what used it."};
  const auto own = OwnLimit(the_case.inputs);
  if (own && own->unlimited()) {
    lines.push_back(
        "This container has no limit of its own; give it one, so that it cannot take "
        "the host down.");
  }
  return lines;
}

Lines AboutDescendant(const Case& the_case) {
  if (the_case.level.path.empty()) {
    return {"A job inside set that limit itself: let it set a larger one, or do less at a time."};
  }
  return {
      fmt::format("The job inside set that limit itself: let it raise memory.max of {}, or do "
                  "less at a time.",
                  CgroupText(the_case, the_case.level.path))};
}

Lines AboutFilling(const Case& the_case) {
  if (!the_case.filled) {
    return FindAndRaise(the_case, "What filled the limit is not known.");
  }
  switch (*the_case.filled) {
    case Part::kShmem:
      return AboutShm(the_case);
    case Part::kKernel:
      return FindAndRaise(the_case,
                          "Kernel memory filled it: many open files, sockets or threads cost it; "
                          "see its memory.stat in the bundle.");
    case Part::kDirty:
      return FindAndRaise(the_case,
                          "It wrote faster than the disk took it: write less at a time, or flush "
                          "(fsync) in between.");
    case Part::kAnon:
      break;
  }
  return FindAndRaise(the_case, FindWhatItKeeps(the_case));
}

Lines AboutUnknown() {
  return {
      "Too little was recorded to say more. `headroom ps` tells whether containers are watched."};
}

}  // namespace

std::vector<std::string> AdviceFor(const Case& the_case) {
  Lines lines;
  switch (the_case.level.kind) {
    case LevelKind::kHost:
      lines = AboutHost(the_case);
      break;
    case LevelKind::kAncestor:
      lines = AboutAncestor(the_case);
      break;
    case LevelKind::kDescendant:
      lines = AboutDescendant(the_case);
      break;
    case LevelKind::kOwn:
      lines = AboutFilling(the_case);
      break;
    case LevelKind::kUnknown:
      return AboutUnknown();
  }
  if (the_case.cause == Cause::kGroupKill) {
    lines.push_back(
        "They died together because memory.oom.group is 1; with 0 the kernel would have killed one "
        "and left the rest.");
  }
  return lines;
}

std::vector<std::string> AdviceForDenial(const Enrolment& container) {
  Lines commands;
  for (const FindingRecord& finding : container.findings) {
    if (finding.action == "deny" && !finding.advice.empty()) {
      commands.push_back("  " + ShownSentence(finding.advice));
    }
  }
  if (commands.empty()) return {};
  Lines lines = {"What policy wants to see instead:"};
  Append(lines, commands);
  return lines;
}

}  // namespace headroom
