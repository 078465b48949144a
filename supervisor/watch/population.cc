#include "supervisor/watch/population.h"

#include <fcntl.h>

#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/text.h"
#include "kernel/cgroup/memory_v1.h"

namespace headroom {
namespace {

constexpr int kDeepest = 8;
/// A container may make cgroups without end, and the event thread asks.
constexpr std::size_t kMostLookedAt = 256;

/// What cannot be listed has been removed, and with it the last process. Where there are more than
/// are looked at, one of the others may have some.
bool HasProcesses(const CgroupDir& cgroup, int depth, std::size_t& looked_at) {
  const auto text = cgroup.Read("cgroup.procs");
  if (text && !Trimmed(*text).empty()) return true;
  if (depth >= kDeepest) return false;
  const auto below = cgroup.Children(kMostLookedAt - looked_at).value_or(SomeNames{});
  for (const std::string& name : below.names) {
    if (++looked_at > kMostLookedAt) return true;
    const auto child = cgroup.Child(name);
    if (child && HasProcesses(*child, depth + 1, looked_at)) return true;
  }
  return below.more;
}

}  // namespace

void Population::Watch(EventLoop& loop, std::shared_ptr<const CgroupDir> cgroup,
                       std::function<void()> on_change) {
  auto file = cgroup->OpenFile("cgroup.events", O_RDONLY);
  if (!file) {
    if (IsMemoryV1(*cgroup)) by_list_ = std::move(cgroup);
    return;
  }
  events_ = std::move(*file);
  (void)populated();  // the first read arms the poll
  auto source = loop.OnReady(events_.get(), EPOLLPRI,
                             [this, on_change = std::move(on_change)](std::uint32_t /*ready*/) {
                               if (!populated()) source_.Cancel();
                               on_change();
                             });
  if (source) source_ = std::move(*source);
}

bool Population::populated() const {
  if (by_list_) {
    std::size_t looked_at = 0;
    return HasProcesses(*by_list_, 0, looked_at);
  }
  constexpr std::size_t kLargest = 4096;
  const auto text = ReadOpenFile(events_.get(), "cgroup.events", kLargest);
  return text && text->find("populated 1") != std::string::npos;
}

}  // namespace headroom
