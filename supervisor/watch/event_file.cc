#include "supervisor/watch/event_file.h"

#include <fcntl.h>

#include <utility>

#include "base/file.h"
#include "kernel/cgroup/memory_v1.h"
#include "supervisor/watch/oom_notice.h"

namespace headroom {
namespace {

constexpr std::size_t kLargestEvents = 4096;

Result<MemoryEvents> ReadEvents(const UniqueFd& fd, const char* name) {
  const auto text = ReadOpenFile(fd.get(), name, kLargestEvents);
  if (!text) return std::unexpected(text.error());
  return ParseMemoryEvents(*text);
}

class OpenEvents : public EventFile::Source {
 public:
  explicit OpenEvents(std::function<void(const EventReading&)> on_wake)
      : on_wake_(std::move(on_wake)) {}

  [[nodiscard]] static Result<std::shared_ptr<Source>> Watch(
      EventLoop& loop, const CgroupDir& cgroup, std::function<void(const EventReading&)> on_wake) {
    auto events = std::make_shared<OpenEvents>(std::move(on_wake));
    auto subtree = cgroup.OpenFile(EventFileName(EventScope::kSubtree), O_RDONLY);
    if (!subtree) return std::unexpected(subtree.error());
    events->subtree_ = std::move(*subtree);
    auto local = cgroup.OpenFile(EventFileName(EventScope::kLocal), O_RDONLY);
    if (local) events->local_ = std::move(*local);
    auto source = loop.OnReady(events->subtree_.get(), EPOLLPRI,
                               [weak = std::weak_ptr(events)](std::uint32_t /*ready*/) {
                                 if (const auto self = weak.lock()) self->OnReady();
                               });
    if (!source) return std::unexpected(source.error());
    events->source_ = std::move(*source);
    return events;
  }

  [[nodiscard]] Result<EventReading> Read() const override {
    EventReading reading;
    auto subtree_events = ReadEvents(subtree_, "memory.events");
    if (!subtree_events) return std::unexpected(subtree_events.error());
    reading.subtree = *subtree_events;
    if (local_.valid()) {
      if (const auto events = ReadEvents(local_, "memory.events.local")) reading.local = *events;
    }
    return reading;
  }

 private:
  void OnReady() {
    const auto reading = Read();
    if (!reading) {
      source_.Cancel();  // removed: the descriptor would stay ready for ever
      return;
    }
    on_wake_(*reading);
  }

  UniqueFd subtree_;
  UniqueFd local_;  ///< not valid before Linux 5.2
  std::function<void(const EventReading&)> on_wake_;
  EventLoop::Source source_;
};

}  // namespace

Result<EventFile> EventFile::Watch(EventLoop& loop, const CgroupDir& cgroup,
                                   std::function<void(const EventReading&)> on_wake,
                                   MayRegister on_v1) {
  auto source = IsMemoryV1(cgroup) ? OomNotice::Watch(loop, cgroup, std::move(on_wake), on_v1)
                                   : OpenEvents::Watch(loop, cgroup, std::move(on_wake));
  if (!source) return std::unexpected(source.error());
  return EventFile(std::move(*source));
}

}  // namespace headroom
