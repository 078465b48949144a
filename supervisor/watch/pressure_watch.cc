#include "supervisor/watch/pressure_watch.h"

#include <utility>

#include "kernel/pressure/pressure.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::microseconds kWindow = 2s;
constexpr std::chrono::microseconds kStall = 200ms;

}  // namespace

void PressureWatch::Follow(EventLoop& loop, const CgroupDir& cgroup, bool near,
                           const std::function<void()>& on_pressure) {
  if (!near) {
    source_.Cancel();
    trigger_.Reset();
    return;
  }
  if (trigger_.valid() || !offered_) return;
  auto trigger = OpenMemoryPressureTrigger(cgroup, kStall, kWindow);
  if (!trigger) {
    offered_ = trigger.error().code == ErrorCode::kGone;
    return;
  }
  trigger_ = std::move(*trigger);
  auto source = loop.OnReady(trigger_.get(), EPOLLPRI, [this, on_pressure](std::uint32_t ready) {
    if ((ready & EPOLLERR) != 0) source_.Cancel();  // the cgroup was removed
    on_pressure();
  });
  if (source) source_ = std::move(*source);
}

}  // namespace headroom
