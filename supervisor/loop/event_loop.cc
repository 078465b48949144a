#include "supervisor/loop/event_loop.h"

#include <sys/eventfd.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "supervisor/loop/drain.h"

namespace headroom {

struct EventLoop::Source::State {
  sd_event_source* source = nullptr;
  std::function<void(std::uint32_t)> on_ready;
  std::function<void()> on_call;
  /// Callbacks hold the state while they run, so that a callback may destroy its own source.
  std::weak_ptr<State> self;
};

namespace {

std::unexpected<Error> EventError(std::string_view what, int result) {
  return SystemError("event loop", what, -result);
}

}  // namespace

EventLoop::Source& EventLoop::Source::operator=(Source&& other) noexcept {
  if (this != &other) {
    Cancel();
    state_ = std::move(other.state_);
  }
  return *this;
}

void EventLoop::Source::Cancel() {
  if (!state_) return;
  state_->source = sd_event_source_disable_unref(state_->source);
  state_.reset();
}

Result<std::unique_ptr<EventLoop>> EventLoop::Create() {
  sd_event* event = nullptr;
  if (const int result = sd_event_new(&event); result < 0) {
    return EventError("cannot be made", result);
  }
  std::unique_ptr<EventLoop> loop(new EventLoop(event));
  loop->wake_ = UniqueFd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!loop->wake_.valid()) return SystemError("eventfd", "cannot be made");
  auto source =
      loop->OnReady(loop->wake_.get(), EPOLLIN, [raw = loop.get()](auto) { raw->RunPosted(); });
  if (!source) return std::unexpected(source.error());
  loop->wake_source_ = std::move(*source);
  return loop;
}

EventLoop::~EventLoop() {
  wake_source_.Cancel();
  (void)sd_event_unref(event_);
}

Result<EventLoop::Source> EventLoop::OnReady(int fd, std::uint32_t events,
                                             std::function<void(std::uint32_t)> on_ready) {
  Source source;
  source.state_ = std::make_shared<Source::State>();
  source.state_->self = source.state_;
  source.state_->on_ready = std::move(on_ready);
  const auto trampoline = [](sd_event_source* /*source*/, int /*fd*/, std::uint32_t ready,
                             void* data) {
    const auto state = static_cast<Source::State*>(data)->self.lock();
    if (state) state->on_ready(ready);
    return 0;
  };
  const int result =
      sd_event_add_io(event_, &source.state_->source, fd, events, trampoline, source.state_.get());
  if (result < 0) return EventError("cannot watch a descriptor", result);
  return source;
}

Result<EventLoop::Source> EventLoop::After(std::chrono::nanoseconds delay,
                                           std::chrono::nanoseconds slack,
                                           std::function<void()> on_time) {
  using std::chrono::duration_cast;
  using std::chrono::microseconds;
  Source source;
  source.state_ = std::make_shared<Source::State>();
  source.state_->self = source.state_;
  source.state_->on_call = std::move(on_time);
  const auto trampoline = [](sd_event_source* /*source*/, std::uint64_t /*usec*/, void* data) {
    const auto state = static_cast<Source::State*>(data)->self.lock();
    if (state) state->on_call();
    return 0;
  };
  const auto micros = [](std::chrono::nanoseconds span) {
    return static_cast<std::uint64_t>(duration_cast<microseconds>(span).count());
  };
  // From now: sd_event_add_time_relative() counts from when the loop turned, which is long ago for
  // whoever sets a timer at the end of long work.
  const auto at = NowBoot() + std::max(delay, std::chrono::nanoseconds(0)) +
                  std::chrono::nanoseconds(999);  // never earlier by what is cut off
  const int result = sd_event_add_time(event_, &source.state_->source, CLOCK_BOOTTIME, micros(at),
                                       micros(std::max(slack, std::chrono::nanoseconds(1000))),
                                       trampoline, source.state_.get());
  if (result < 0) return EventError("cannot set a timer", result);
  return source;
}

Result<EventLoop::Source> EventLoop::OnSignal(int signal_number, std::function<void()> on_signal) {
  Source source;
  source.state_ = std::make_shared<Source::State>();
  source.state_->self = source.state_;
  source.state_->on_call = std::move(on_signal);
  const auto trampoline = [](sd_event_source* /*source*/, const struct signalfd_siginfo* /*info*/,
                             void* data) {
    const auto state = static_cast<Source::State*>(data)->self.lock();
    if (state) state->on_call();
    return 0;
  };
  const int result = sd_event_add_signal(event_, &source.state_->source, signal_number, trampoline,
                                         source.state_.get());
  if (result < 0) return EventError("cannot watch a signal", result);
  return source;
}

void EventLoop::Post(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(task));
  }
  const std::uint64_t one = 1;
  (void)!write(wake_.get(), &one, sizeof one);  // a full counter wakes the loop as well
}

void EventLoop::RunPosted() {
  DrainEvent(wake_.get());
  std::vector<std::function<void()>> tasks;
  {
    const std::lock_guard lock(mutex_);
    tasks.swap(posted_);
  }
  for (const auto& task : tasks) task();
}

void EventLoop::EnableWatchdog() { (void)sd_event_set_watchdog(event_, 1); }

Status EventLoop::Run() {
  const int result = sd_event_loop(event_);
  if (result < 0) return EventError("ended by itself", result);
  return {};
}

Status EventLoop::RunUntil(const std::function<bool()>& done) {
  while (!done()) {
    const int result = sd_event_run(event_, UINT64_MAX);
    if (result < 0) return EventError("cannot go on", result);
  }
  return {};
}

void EventLoop::Stop() { (void)sd_event_exit(event_, 0); }

}  // namespace headroom
