#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "kernel/kmsg/oom_log.h"
#include "kernel/kmsg/record.h"
#include "kernel/proc/process.h"
#include "supervisor/loop/event_loop.h"

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

  /// Events of the container at `cgroup` (or below it) since `since` (the kernel log's clock), or
  /// whose every victim is one of `processes`. Each event is given out once to a caller that
  /// `consume`s, so that two incidents never claim the same kill.
  struct Query {
    std::string cgroup;
    std::chrono::microseconds since{};
    std::set<int> processes;
    bool consume = false;
    std::chrono::microseconds until = std::chrono::microseconds::max();
    bool reported_too = false;  ///< also events that an incident has claimed already
    bool cannot_wait = false;   ///< also an event whose last lines may be on their way
  };
  [[nodiscard]] std::vector<OomEvent> Find(const Query& query);

  /// Marks the oldest matching events with `victims` victims in all as claimed: an earlier run
  /// has reported them.
  void SkipReported(const Query& query, std::size_t victims);

  /// Reads what is there now.
  void Drain();

  [[nodiscard]] const std::string& unavailable() const { return unavailable_; }
  [[nodiscard]] std::uint64_t overruns() const { return reader_ ? reader_->overruns() : 0; }

 private:
  KernelLog() = default;
  struct Kept {
    OomEvent event;
    bool consumed = false;
  };
  void Keep(OomEvent event);
  void FlushSettled(bool now);
  [[nodiscard]] static bool Matches(const Kept& kept, const Query& query);

  std::optional<KmsgReader> reader_;
  OomLogAssembler assembler_;
  std::deque<Kept> events_;
  std::function<void()> on_kill_;
  EventLoop::Source source_;
  EventLoop::Source settle_;
  EventLoop* loop_ = nullptr;
  std::string unavailable_;
};

/// The kernel log's clock for a boot time: the two differ by the time spent suspended.
[[nodiscard]] std::chrono::microseconds KernelLogTime(BootTime time);

/// Whether `event` is about the cgroup, a cgroup below it, or (where it names none) about nothing
/// but the processes. Pure.
[[nodiscard]] bool Concerns(const OomEvent& event, const std::string& cgroup,
                            const std::set<int>& processes);

}  // namespace headroom
