#include "explain/kernel_log/held_rows.h"

#include <fmt/format.h>

#include <utility>

#include "explain/advice/families.h"
#include "explain/print/rows.h"
#include "explain/study/filling.h"
#include "explain/study/level.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

std::string HeldText(const OomStat& stat) {
  std::string text = fmt::format("anonymous {}", ToText(*stat.anon));
  if (stat.shmem) text += fmt::format(", shared {}", ToText(*stat.shmem));
  if (stat.file) {
    text += fmt::format(", page cache{} {}", stat.shmem ? "" : " and shared",
                        ToText(*stat.file - stat.shmem.value_or(Bytes{})));
  }
  if (stat.zswap.value_or(Bytes{}).value > 0) {
    text += fmt::format(", compressed swap (zswap) {}", ToText(*stat.zswap));
  }
  const auto unwritten = stat.Unwritten();
  if (unwritten && unwritten->value > 0) {
    text += fmt::format(" ({} of it not written to the disk yet)", ToText(*unwritten));
  }
  return text;
}

/// The largest part where all that reclaim could not free is half of the limit or more: the rest
/// may be what no figure states.
std::optional<Part> FilledBy(const OomEvent& event) {
  if (!event.stat || !event.limit || event.Scope() != OomScope::kMemcg) return std::nullopt;
  if (event.stat->cgroup != event.oom_memcg || IsSwapLimit(event)) return std::nullopt;
  const Filling filling = FillingOf(*event.stat);
  if (Share(NotReclaimable(filling), *event.limit) < 0.5) return std::nullopt;
  return LargestPart(filling);
}

std::string_view FilledText(Part part) {
  switch (part) {
    case Part::kShmem:
      return "shared memory (/dev/shm, another tmpfs, memfd, SysV)";
    case Part::kKernel:
      return "kernel memory";
    case Part::kDirty:
      return "page cache that was not written to the disk yet, and could not be given back before";
    case Part::kAnon:
      break;
  }
  return "anonymous memory of its processes";
}

}  // namespace

void AddHeld(std::string& text, const OomEvent& event) {
  if (!event.stat || !event.stat->anon) return;
  const std::string line = fmt::format("line {}", event.stat->sequence);
  AddRow(text, "held", HeldText(*event.stat), kRowTextWidth, line);
  if (event.stat->cgroup != event.oom_memcg) {
    AddRow(text, "", fmt::format("in cgroup {}", Shown(event.stat->cgroup)), kRowTextWidth, line);
  }
  const auto part = FilledBy(event);
  if (!part) return;
  AddRow(text, "filled by", std::string(FilledText(*part)), kRowTextWidth, line);
  if (*part != Part::kDirty) return;
  std::string label = "for good";
  for (const std::string& sentence : DirtyCure(&event)) {
    AddRow(text, std::exchange(label, ""), sentence, kRowWholeWidth, "");
  }
}

}  // namespace headroom
