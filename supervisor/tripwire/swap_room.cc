#include <algorithm>

#include <fcntl.h>
#include "base/file.h"
#include "base/text.h"
#include "kernel/cgroup/memory_limits.h"
#include "kernel/proc/process.h"
#include "supervisor/tripwire/wire.h"

namespace headroom {
namespace {

constexpr std::size_t kLargestMeminfo = 65536;

/// A line of /proc/meminfo, "SwapFree:  1024 kB"; nothing when it is not there.
Bytes MeminfoLine(std::string_view text, std::string_view key) {
  while (const auto line = TakeLine(text)) {
    if (!line->starts_with(key)) continue;
    const auto words = Words(line->substr(key.size()));
    if (words.empty()) return {};
    return Kibibytes(ParseUint64(words.front()).value_or(0));
  }
  return {};
}

}  // namespace

SwapRoom ReadSwapRoom(const HostView& host, const CgroupDir& cgroup) {
  const auto meminfo = ReadFileAt(AT_FDCWD, host.proc + "/meminfo", kLargestMeminfo);
  if (!meminfo) return {};
  Bytes allowed = MeminfoLine(*meminfo, "SwapTotal:");
  Bytes free = MeminfoLine(*meminfo, "SwapFree:");
  if (allowed.value == 0) return {};  // the common case costs one small read
  const auto narrow = [&](const CgroupDir& level) {
    const auto max = level.Read("memory.swap.max");
    if (!max) return;  // no swap accounting at this level
    const auto limit = ParseLimit(*max);
    const auto used = ReadBytes(level, "memory.swap.current");
    if (!limit || limit->unlimited() || !used) return;
    allowed = std::min(allowed, limit->bytes());
    free = std::min(free, limit->bytes() - *used);
  };
  narrow(cgroup);
  for (const std::string& path : AncestorPaths(cgroup.path())) {
    if (const auto level = CgroupDir::Open(host, path)) narrow(*level);
  }
  return {.free = free, .ample = allowed.value > 0 && free.value >= allowed.value / 10};
}

}  // namespace headroom
