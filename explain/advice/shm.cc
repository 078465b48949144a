#include <fmt/format.h>

#include "explain/advice/families.h"
#include "explain/advice/raise.h"
#include "explain/study/swap_limits.h"
#include "explain/words/engine_words.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

/// The file that most of the shared memory is in; nullptr: there is none such, so it is elsewhere,
/// or it may be somebody else's and is nobody's here to remove.
const ShmFile* ShmFiller(const Case& the_case) {
  const auto& shm = the_case.inputs.shm;
  if (!shm || shm->of_host || shm->files.empty() || !the_case.held || !the_case.held->shmem)
    return nullptr;
  const ShmFile& largest = shm->files.front();
  const auto bytes = largest.allocated ? largest.allocated : largest.bytes;
  return bytes && Share(*bytes, *the_case.held->shmem) >= 0.5 ? &largest : nullptr;
}

std::string RemoveText(const ShmFile* filler) {
  if (filler == nullptr) {
    return "Look for shared memory: memfd, SysV segments and files on a tmpfs count until they are "
           "deleted.";
  }
  return fmt::format(
      "Remove or bound {}: files on /dev/shm count as memory until they are deleted.",
      Shown(filler->path));
}

/// A file system that is larger than the limit lets a file fill it. The host's own is for all.
Lines SizeLines(const Case& the_case) {
  const auto& shm = the_case.inputs.shm;
  const auto limit = MemoryLimit(the_case);
  if (!shm || shm->of_host || !shm->size || !HasNumber(limit)) return {};
  if (*shm->size < *limit) return {};
  const Bytes half{limit->bytes().value / 2};
  Lines lines = {
      fmt::format("Its /dev/shm may grow to {}, beyond the limit; give it half the limit "
                  "instead ({}), so that a writer sees ENOSPC and nobody is killed:",
                  ToText(*shm->size), ToText(half))};
  Append(lines, SizeShmWords(the_case.container(), half));
  return lines;
}

}  // namespace

Advice AboutShm(const Case& the_case) {
  Advice advice;
  // With the container its /dev/shm is gone as well.
  (StillRuns(the_case) ? advice.now : advice.cure).push_back(RemoveText(ShmFiller(the_case)));
  Append(advice.now, RaiseLines(the_case));
  Append(advice.cure, SizeLines(the_case));
  return advice;
}

}  // namespace headroom
