#include "explain/advice.h"

#include <fmt/format.h>

#include <algorithm>

#include "explain/engine_words.h"
#include "explain/growth.h"
#include "explain/words.h"

namespace headroom {
namespace {

using Lines = std::vector<std::string>;

void AppendCommands(Lines& lines, const Lines& commands) {
  for (const std::string& command : commands) lines.push_back("  " + command);
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
  if (!growth || !HasNumber(limit)) return "";
  const double seconds = static_cast<double>(limit->bytes().value) / growth->bytes_per_second;
  constexpr double kTooLongToSay = 30.0 * 24 * 3600;
  if (seconds < 0.001 || seconds > kTooLongToSay) return "";
  const auto lasted =
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(seconds));
  return fmt::format(": at that rate twice the limit would have lasted {} longer", ToText(lasted));
}

/// memory.swap.max; none where it is not recorded.
Limit SwapAllowed(const Case& the_case) {
  return LimitInFile(the_case.evidence(), "cgroup/memory.swap.max").value_or(Limit(Bytes{0}));
}

Lines FindAndRaise(const Case& the_case, std::string find) {
  Lines lines = {std::move(find)};
  if (the_case.level.kind != LevelKind::kOwn || !HasNumber(the_case.level.limit)) return lines;
  const Bytes doubled = Doubled(*the_case.level.limit);
  lines.push_back(
      fmt::format("If it needs that much, raise the limit, for example to twice what it met ({}):",
                  ToText(doubled)));
  AppendCommands(lines, RaiseLimitWords(the_case.container(), doubled, SwapAllowed(the_case)));
  return lines;
}

std::string FindWhatItKeeps(const Case& the_case) {
  const std::string who =
      the_case.victim.comm.empty() ? "the process" : Shown(the_case.victim.comm);
  return fmt::format("Find what {} keeps{}.", who, LastedText(the_case));
}

Lines AboutShm(const Case& the_case) {
  const auto& shm = the_case.inputs.shm;
  const bool named = shm && !shm->files.empty();
  Lines lines = FindAndRaise(
      the_case, named ? fmt::format("Remove or bound {}: files on /dev/shm count as memory until "
                                    "they are deleted.",
                                    Shown(shm->files.front().path))
                      : "Look for shared memory: memfd, SysV segments and files on a tmpfs count "
                        "until they are deleted.");
  if (!shm || !shm->size || !HasNumber(the_case.level.limit)) return lines;
  if (*shm->size < *the_case.level.limit) return lines;
  const Bytes half{the_case.level.limit->bytes().value / 2};
  lines.push_back(
      fmt::format("Its /dev/shm may grow to {}, beyond the limit; give it half the "
                  "limit instead ({}):",
                  ToText(*shm->size), ToText(half)));
  AppendCommands(lines, SizeShmWords(the_case.container(), half));
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
  AppendCommands(lines, RaiseCgroupWords(level.path, Doubled(*level.limit)));
  return lines;
}

Lines AboutHost(const Case& the_case) {
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
  return {
      fmt::format("The job inside set that limit itself: let it raise memory.max of {}, or do "
                  "less at a time.",
                  CgroupText(the_case, the_case.level.path))};
}

Lines AboutFilling(const Case& the_case) {
  switch (the_case.filled.value_or(Part::kAnon)) {
    case Part::kShmem:
      return AboutShm(the_case);
    case Part::kKernel:
      return FindAndRaise(the_case,
                          "Kernel memory filled it: many open files, sockets, threads or small "
                          "files cached cost it; cgroup/memory.stat says which.");
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
        "All died because memory.oom.group is 1; with 0 the kernel would have killed "
        "one and left the rest.");
  }
  return lines;
}

std::vector<std::string> AdviceForDenial(const Enrolment& container) {
  Lines commands;
  for (const FindingRecord& finding : container.findings) {
    if (finding.action == "deny" && !finding.advice.empty()) {
      commands.push_back(Shown(finding.advice));
    }
  }
  if (commands.empty()) return {};
  Lines lines = {"What policy wants to see instead:"};
  AppendCommands(lines, commands);
  return lines;
}

}  // namespace headroom
