#include <fmt/format.h>

#include "explain/inputs/citation.h"
#include "explain/words/statements.h"
#include "explain/words/words.h"
#include "kernel/proc/meminfo.h"

namespace headroom {
namespace {

/// From the host's own figures at the kill; false also where they were not recorded.
bool HostHasNoSwap(const Evidence& evidence) {
  const std::string* text = evidence.File("host/meminfo");
  if (text == nullptr) return false;
  const auto meminfo = ParseMeminfo(*text);
  return meminfo && meminfo->swap_total == Bytes{0};
}

std::string SwapText(const Case& the_case) {
  if (the_case.level.with_swap) return " of memory and swap together";
  const auto swap = LimitInFile(the_case.evidence(), "cgroup/memory.swap.max");
  if (swap == Limit(Bytes{0})) return ", no swap";
  // What it may do is no comfort where there is nothing to do it with; nor does it matter where its
  // cgroup was gone before that could be read.
  if (HostHasNoSwap(the_case.evidence())) return ", no swap on the host";
  if (!swap) return "";
  if (swap->unlimited()) return ", swap allowed";
  const auto used = BytesInFile(the_case.evidence(), "before/memory.swap.current");
  if (!used) return fmt::format(", and {} of swap", ToText(swap->bytes()));
  return fmt::format(", and {} of swap, {} of it used", ToText(swap->bytes()), ToText(*used));
}

std::string HostText(const Case& the_case) {
  const auto& incident = the_case.inputs.incident;
  if (!incident || !incident->host_available) return "";
  return fmt::format(" (host had {} available)", ToText(*incident->host_available));
}

std::string LeftText(const Case& the_case) {
  const auto& incident = the_case.inputs.incident;
  if (!incident || !incident->host_available) return "";
  return fmt::format(", with {} available when it was noticed", ToText(*incident->host_available));
}

std::string SizeText(const LimitLevel& level) {
  return level.limit ? ToText(*level.limit) : "of a size that is not recorded";
}

std::string AncestorText(const Case& the_case) {
  const LimitLevel& level = the_case.level;
  std::string text = fmt::format("{}, {} of {} above the container", SizeText(level),
                                 LimitFileName(the_case), CgroupText(the_case, level.path));
  const auto own = OwnLimit(the_case.inputs);
  if (!own || !level.limit) return text;
  if (own->unlimited()) return text + "; the container has none of its own";
  if (*own == *level.limit) {
    return text + "; the container's own is as large, and the kernel counts the upper one";
  }
  return fmt::format("{}; the container's own is {}", text, ToText(*own));
}

std::string LevelText(const Case& the_case) {
  const LimitLevel& level = the_case.level;
  switch (level.kind) {
    case LevelKind::kOwn:
      return fmt::format("its own {}, {}{}{}", LimitFileName(the_case), SizeText(level),
                         SwapText(the_case), HostText(the_case));
    case LevelKind::kDescendant:
      if (level.path.empty()) {
        return "that of a cgroup made inside the container, which is gone: its size is not known";
      }
      return fmt::format("{}, {} of {}, a cgroup made inside the container", SizeText(level),
                         LimitFileName(the_case), CgroupText(the_case, level.path));
    case LevelKind::kAncestor:
      return AncestorText(the_case) + HostText(the_case);
    case LevelKind::kHost:
      if (level.some_nodes) {
        return "no limit was met: the memory nodes that it may use were full (cpuset or memory "
               "policy)";
      }
      return "no limit was met: the host itself ran out of memory" + LeftText(the_case);
    case LevelKind::kByHand:
      return "no limit was met: the OOM killer was invoked by hand (SysRq f)";
    case LevelKind::kUnknown:
      break;
  }
  return "not known: what was recorded does not say whose limit was met";
}

}  // namespace

std::vector<Statement> LimitStatements(const Case& the_case) {
  const LimitLevel& level = the_case.level;
  std::string evidence = level.limit_evidence.empty() ? level.evidence : level.limit_evidence;
  if (level.kind == LevelKind::kUnknown) {
    evidence = Cite(the_case.evidence(), "incident.json", "\"levels\"");
  }
  if (evidence.empty()) return {};
  return {{.label = "limit", .text = LevelText(the_case), .evidence = std::move(evidence)}};
}

}  // namespace headroom
