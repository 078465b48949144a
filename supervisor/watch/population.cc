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

/// What cannot be listed has been removed, and with it the last process.
bool HasProcesses(const CgroupDir& cgroup, int depth) {
  const auto text = cgroup.Read("cgroup.procs");
  if (text && !Trimmed(*text).empty()) return true;
  if (depth >= kDeepest) return false;
  for (const std::string& name : cgroup.Children().value_or(std::vector<std::string>{})) {
    const auto child = cgroup.Child(name);
    if (child && HasProcesses(*child, depth + 1)) return true;
  }
  return false;
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
  if (by_list_) return HasProcesses(*by_list_, 0);
  constexpr std::size_t kLargest = 4096;
  const auto text = ReadOpenFile(events_.get(), "cgroup.events", kLargest);
  return text && text->find("populated 1") != std::string::npos;
}

}  // namespace headroom
