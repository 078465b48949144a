#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "kernel/kmsg/log_clocks.h"
#include "kernel/kmsg/record.h"
#include "supervisor/loop/event_loop.h"
#include "supervisor/watch/log_clock.h"
#include "supervisor/watch/oom_event_book.h"

namespace headroom {

/// What the kernel's log has said about OOM kills, kept until an incident asks for it. One thread.
///
/// "Killed process" lines are never rate-limited but name no cgroup; the lines that do are. So an
/// event belongs to a container by its cgroup where it is stated, else by a process number that was
/// seen in the container.
class KernelLog {
 public:
  /// Reads the ring from its oldest record, since kills may have happened while nobody watched.
  /// `on_kill` runs when a kill line arrived. Without access the object is usable and empty, and
  /// unavailable() says why.
  [[nodiscard]] static std::unique_ptr<KernelLog> Open(EventLoop& loop,
                                                       std::function<void()> on_kill);
  /// The same over a reader, and what is known of the log's clock.
  [[nodiscard]] static std::unique_ptr<KernelLog> Over(EventLoop& loop, Result<KmsgReader> reader,
                                                       const std::optional<LogClocks>& clocks,
                                                       std::function<void()> on_kill);

  /// As in OomEventBook, with what the log says by now.
  using Query = OomEventBook::Query;
  [[nodiscard]] std::vector<OomEvent> Find(const Query& query);
  [[nodiscard]] std::uint64_t UnclaimedKills(const Query& query);
  void SkipReported(const Query& query, std::uint64_t kills);
  [[nodiscard]] std::optional<std::string> LimitMet(const Query& query);
  [[nodiscard]] std::uint64_t KillsElsewhere(const std::string& level, BootTime since,
                                             const std::set<std::string>& members);

  /// The log's clock for a boot time. Exact but for what was suspended or slewed since `time`.
  [[nodiscard]] std::chrono::microseconds TimeOf(BootTime time) const;

  /// What a stamp of the log lacks to be a boot time now: the lag of its clock, and what the
  /// machine was suspended. nullopt until it was measured: where the scheduler's debug file cannot
  /// be read, until a record was seen as it came.
  [[nodiscard]] std::optional<std::chrono::microseconds> Lag() const;

  /// Reads what is there now.
  void Drain();

  /// OomEventBook::position(), of what was read so far; 0 also where it cannot be read.
  [[nodiscard]] std::uint64_t position() const {
    return unavailable_.empty() ? book_.position() : 0;
  }

  [[nodiscard]] const std::string& unavailable() const { return unavailable_; }
  [[nodiscard]] std::uint64_t overruns() const { return reader_ ? reader_->overruns() : 0; }

 private:
  KernelLog();
  void Watch();

  std::optional<KmsgReader> reader_;
  OomEventBook book_;
  LogClock clock_;
  bool live_ = false;  ///< what was there before the loop turned has been read
  std::function<void()> on_kill_;
  EventLoop::Source source_;
  EventLoop::Source turn_;
  EventLoop::Source settle_;
  EventLoop* loop_ = nullptr;
  std::string unavailable_;
};

}  // namespace headroom
