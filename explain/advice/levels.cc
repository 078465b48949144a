#include <fmt/format.h>

#include "explain/advice/families.h"
#include "explain/advice/raise.h"
#include "explain/study/circumstance.h"
#include "explain/study/swap_limits.h"
#include "explain/words/engine_words.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

Advice AboutNodes() {
  return {
      .now = {},
      .cure = {"The memory nodes that it may use were full, whatever its limit: give it more of "
               "them (cpuset.mems, or its memory policy), or less to do."}};
}

Lines NowLines(const Case& the_case) {
  Lines lines;
  if (the_case.evidence().File("host/meminfo") != nullptr) {
    lines.emplace_back("See host/meminfo in the bundle for what used the host's memory.");
  }
  if (FindSetAside(the_case)) {
    lines.emplace_back(
        "Huge pages that nobody uses can be given back: lower vm.nr_hugepages to what is in use.");
  }
  if (FindFragmented(the_case)) {
    lines.emplace_back("Let the kernel join free pieces:");
    lines.emplace_back("  echo 1 > /proc/sys/vm/compact_memory");
  }
  return lines;
}

}  // namespace

Advice AboutHost(const Case& the_case) {
  if (the_case.level.some_nodes) return AboutNodes();
  Advice advice{.now = NowLines(the_case), .cure = {}};
  const auto own = OwnLimit(the_case.inputs);
  if (own && own->unlimited()) {
    advice.cure.emplace_back(
        "This container has no limit of its own; give it one, so that it cannot take the host "
        "down.");
  } else if (own) {
    advice.cure.emplace_back(
        "Limits of containers only protect the host where all of them fit into it together. What "
        "must survive needs memory reserved for it (memory.min) and a lower oom_score_adj.");
  }
  return advice;
}

/// Of neither the host nor the container is it known that it was short of memory.
Advice AboutByHand() {
  return {.now = {},
          .cure = {"Memory need not have been short: see who writes f to /proc/sysrq-trigger, or "
                   "pressed SysRq and f on a keyboard of the host."}};
}

Advice AboutAncestor(const Case& the_case) {
  const LimitLevel& level = the_case.level;
  Advice advice{.now = {},
                .cure = {fmt::format("All containers below {} share that limit: see which of them "
                                     "grew, or move this one.",
                                     CgroupText(the_case, level.path))}};
  if (!HasNumber(level.limit)) return advice;
  const Bytes doubled = Doubled(*level.limit);
  if (std::string why = BeyondHostText(the_case, level.limit->bytes(), doubled); !why.empty()) {
    advice.now.push_back(std::move(why));
    return advice;
  }
  if (level.with_swap) {
    // No manager has a word for it, and what is of memory alone would not raise it.
    advice.now.push_back(
        fmt::format("Raise memory.memsw.limit_in_bytes of {}, for example to twice its size ({}).",
                    CgroupText(the_case, level.path), ToText(doubled)));
    return advice;
  }
  advice.now.emplace_back("Raise that limit, for example to twice its size:");
  Append(advice.now, RaiseCgroupWords(level.path, doubled, the_case.container().cgroup_version));
  return advice;
}

Advice AboutDescendant(const Case& the_case) {
  if (the_case.level.path.empty()) {
    return {.now = {},
            .cure = {"A job inside set that limit itself: let it set a larger one, or do less at a "
                     "time."}};
  }
  return {
      .now = {},
      .cure = {fmt::format("The job inside set that limit itself: let it raise {} of {}, or do "
                           "less at a time.",
                           LimitFileName(the_case), CgroupText(the_case, the_case.level.path))}};
}

Advice AboutStart(const Case& the_case) {
  constexpr Bytes kEnoughToStart{4 * kLeastToStart.value};
  Advice advice{.now = {}, .cure = {}};
  const auto limit = MemoryLimit(the_case);
  if (!HasNumber(limit) || limit->bytes() >= kEnoughToStart) {
    advice.now = RaiseLines(the_case);
    return advice;
  }
  advice.now = RaiseToLines(
      the_case, limit->bytes(), kEnoughToStart,
      fmt::format("Give it more than it takes to start a program: a runtime alone may need {}. For "
                  "example {}:",
                  ToText(kLeastToStart), ToText(kEnoughToStart)));
  return advice;
}

}  // namespace headroom
