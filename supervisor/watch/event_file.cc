#include "supervisor/watch/event_file.h"

#include <fcntl.h>

#include <utility>

#include "base/file.h"

namespace headroom {
namespace {

constexpr std::size_t kLargestEvents = 4096;

Result<MemoryEvents> ReadEvents(const UniqueFd& fd, const char* name) {
  const auto text = ReadOpenFile(fd.get(), name, kLargestEvents);
  if (!text) return std::unexpected(text.error());
  return ParseMemoryEvents(*text);
}

}  // namespace

struct EventFile::Inner {
  UniqueFd subtree;
  UniqueFd local;  ///< not valid before Linux 5.2
  std::function<void(const EventReading&)> on_wake;
  EventLoop::Source source;

  [[nodiscard]] Result<EventReading> Read() const {
    EventReading reading;
    auto subtree_events = ReadEvents(subtree, "memory.events");
    if (!subtree_events) return std::unexpected(subtree_events.error());
    reading.subtree = *subtree_events;
    if (local.valid()) {
      if (const auto events = ReadEvents(local, "memory.events.local")) reading.local = *events;
    }
    return reading;
  }

  void OnReady() {
    const auto reading = Read();
    if (!reading) {
      source.Cancel();  // removed: the descriptor would stay ready for ever
      return;
    }
    on_wake(*reading);
  }
};

Result<EventFile> EventFile::Watch(EventLoop& loop, const CgroupDir& cgroup,
                                   std::function<void(const EventReading&)> on_wake) {
  EventFile file;
  file.inner_ = std::make_shared<Inner>();
  file.inner_->on_wake = std::move(on_wake);
  auto subtree = cgroup.OpenFile(EventFileName(EventScope::kSubtree), O_RDONLY);
  if (!subtree) return std::unexpected(subtree.error());
  file.inner_->subtree = std::move(*subtree);
  auto local = cgroup.OpenFile(EventFileName(EventScope::kLocal), O_RDONLY);
  if (local) file.inner_->local = std::move(*local);
  auto source = loop.OnReady(file.inner_->subtree.get(), EPOLLPRI,
                             [weak = std::weak_ptr(file.inner_)](std::uint32_t /*ready*/) {
                               if (const auto inner = weak.lock()) inner->OnReady();
                             });
  if (!source) return std::unexpected(source.error());
  file.inner_->source = std::move(*source);
  return file;
}

Result<EventReading> EventFile::Read() const { return inner_->Read(); }

}  // namespace headroom
