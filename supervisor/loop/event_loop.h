#pragma once

#include <sys/epoll.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/unique_fd.h"

struct sd_event;
struct sd_event_source;

namespace headroom {

/// The supervisor's one event thread, on sd-event. Everything here but Post() and Stop() is called
/// from that thread alone.
class EventLoop {
 public:
  /// A registration. Destroying it ends it, also from within its own callback.
  class Source {
   public:
    Source() = default;
    Source(Source&&) noexcept = default;
    Source& operator=(Source&& other) noexcept;
    ~Source() { Cancel(); }
    void Cancel();
    [[nodiscard]] bool active() const { return state_ != nullptr; }

   private:
    friend class EventLoop;
    struct State;
    std::shared_ptr<State> state_;
  };

  [[nodiscard]] static Result<std::unique_ptr<EventLoop>> Create();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  ~EventLoop();

  /// Calls `on_ready` with the ready events whenever `fd` has one of `events`. kernfs files are
  /// always readable: register EPOLLPRI alone for them. `fd` is borrowed, for longer than the
  /// source lives.
  [[nodiscard]] Result<Source> OnReady(int fd, std::uint32_t events,
                                       std::function<void(std::uint32_t)> on_ready);
  /// Calls once, not before `delay` and at most `slack` later.
  [[nodiscard]] Result<Source> After(std::chrono::nanoseconds delay, std::chrono::nanoseconds slack,
                                     std::function<void()> on_time);
  /// Calls `on_signal` in the loop's thread; the signal must be blocked in every thread.
  [[nodiscard]] Result<Source> OnSignal(int signal_number, std::function<void()> on_signal);

  /// Runs `task` soon in the loop's thread. From any thread.
  void Post(std::function<void()> task);

  /// Feeds systemd's watchdog where the unit has one.
  void EnableWatchdog();
  /// Until Stop(); then success.
  [[nodiscard]] Status Run();
  void Stop();
  /// Handles one event after the other until `done`, which is asked between them. For a caller that
  /// goes on afterwards, as a test does.
  [[nodiscard]] Status RunUntil(const std::function<bool()>& done);

 private:
  explicit EventLoop(sd_event* event) : event_(event) {}
  void RunPosted();

  sd_event* event_;
  UniqueFd wake_;
  Source wake_source_;
  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;  ///< guarded by mutex_
};

}  // namespace headroom
