#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <set>
#include <string>
#include <vector>

#include "kernel/kmsg/oom_log.h"

namespace headroom {

/// The OOM events that the kernel's log has stated, and which of them an incident has claimed.
/// Pure: times are the kernel log's clock. One thread.
///
/// The newest event may still grow: a memory.oom.group kill logs a line a victim, and the kernel
/// may be preempted between any two. So the newest is looked at, and claimed, where it is; lines
/// that follow a claimed event are part of it and are never an event of their own.
class OomEventBook {
 public:
  /// Events of the container at `cgroup` (or below it) from `since` to `until`, or whose every
  /// victim is one of `processes`. Each event is given out once to a caller that `consume`s, so
  /// that two incidents never claim the same kill.
  struct Query {
    std::string cgroup;
    std::chrono::microseconds since{};
    std::set<int> processes;
    bool consume = false;
    std::chrono::microseconds until = std::chrono::microseconds::max();
    bool reported_too = false;  ///< also events that an incident has claimed already
    bool cannot_wait = false;   ///< also an event whose last lines may be on their way
  };

  /// Takes one record; true when it states a kill.
  bool Add(const KmsgRecord& record);

  /// Who `consume`s cannot wait either.
  [[nodiscard]] std::vector<OomEvent> Find(const Query& query, std::chrono::microseconds now);

  /// Marks the oldest matching events with `victims` victims in all as claimed: an earlier run
  /// has reported them.
  void SkipReported(const Query& query, std::size_t victims);

 private:
  struct Kept {
    OomEvent event;
    bool consumed = false;
  };
  void Keep(OomEvent event);
  [[nodiscard]] static bool Matches(const OomEvent& event, bool consumed, const Query& query);

  OomLogAssembler assembler_;
  bool newest_consumed_ = false;  ///< of the assembler's pending event
  std::deque<Kept> events_;
};

/// Whether `event` is about the cgroup, a cgroup below it, or (where it names none) about nothing
/// but the processes. Pure.
[[nodiscard]] bool Concerns(const OomEvent& event, const std::string& cgroup,
                            const std::set<int>& processes);

}  // namespace headroom
