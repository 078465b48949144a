#include "supervisor/watch/oom_notice.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <utility>

#include "kernel/cgroup/memory_v1.h"
#include "supervisor/loop/drain.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

/// From the notice to the next looks: choosing a victim and killing it takes the kernel less than a
/// millisecond, or as long as it waits for the global lock of the OOM killer and prints.
constexpr std::array<std::chrono::milliseconds, 6> kLooks = {2ms, 10ms, 40ms, 150ms, 500ms, 1500ms};

}  // namespace

Result<std::shared_ptr<EventFile::Source>> OomNotice::Watch(
    EventLoop& loop, const CgroupDir& cgroup, std::function<void(const EventReading&)> on_wake,
    MayRegister may_register) {
  auto notice = std::make_shared<OomNotice>(loop, cgroup, std::move(on_wake));
  if (const auto reading = notice->Read(); !reading) return std::unexpected(reading.error());
  if (may_register == MayRegister::kNo) return notice;
  auto event = RegisterEventV1(cgroup, "memory.oom_control", std::nullopt);
  if (!event && event.error().code == ErrorCode::kGone) return std::unexpected(event.error());
  if (!event) return notice;
  notice->event_ = std::move(*event);
  auto source = loop.OnReady(notice->event_.get(), EPOLLIN,
                             [weak = std::weak_ptr(notice)](std::uint32_t /*ready*/) {
                               if (const auto self = weak.lock()) self->OnNotice();
                             });
  if (!source) return std::unexpected(source.error());
  notice->source_ = std::move(*source);
  return notice;
}

Result<EventReading> OomNotice::Read() const {
  EventReading reading;
  auto subtree = ReadMemoryEventsV1(cgroup_, EventScope::kSubtree);
  if (!subtree) return std::unexpected(subtree.error());
  reading.subtree = *subtree;
  if (const auto local = ReadMemoryEventsV1(cgroup_, EventScope::kLocal)) reading.local = *local;
  return reading;
}

void OomNotice::OnNotice() {
  DrainEvent(event_.get());
  looks_ = 0;
  Look();
}

void OomNotice::Look() {
  // The owner may let go of this within its call.
  const auto self = shared_from_this();
  timer_.Cancel();
  const auto reading = Read();
  if (!reading) {
    source_.Cancel();  // it was removed, which is what the notice said
    return;
  }
  if (looks_ < kLooks.size()) {
    auto timer = loop_.After(kLooks[looks_], 1ms, [weak = weak_from_this()] {
      if (const auto again = weak.lock()) again->Look();
    });
    ++looks_;
    if (timer) timer_ = std::move(*timer);
  }
  on_wake_(*reading);
}

}  // namespace headroom
