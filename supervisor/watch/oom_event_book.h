#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
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
///
/// Bounded: at most 1024 events and about 32 MiB, the oldest go first. A container with thousands
/// of processes writes a megabyte of task table at each OOM.
class OomEventBook {
 public:
  /// Events of the container at `cgroup` (or below it, or of a level above that was killed as a
  /// group) from `since` to `until`, or whose every victim is one of `processes`. Each event is
  /// given once to those who `consume` for the same cgroup, so that no two incidents of it claim
  /// the same kill; a container inside of another one and the outer one both have it.
  struct Query {
    std::string cgroup;
    std::chrono::microseconds since{};
    std::set<int> processes;
    bool consume = false;
    std::chrono::microseconds until = std::chrono::microseconds::max();
    /// What the log had stated of the container by the record of that number is told already, or
    /// of an earlier life of the cgroup, with all that follows in the same events; 0: nothing is.
    /// Exact, unlike `since`, which is a boot time put on the log's clock.
    std::uint64_t after = 0;
    /// The same for what was killed in the cgroup itself and in none below it.
    std::uint64_t own_after = 0;
  };

  /// Takes one record; true when it states a kill.
  bool Add(const KmsgRecord& record);

  /// Records were lost before the next one.
  void OnLoss();

  /// Who `consume`s cannot wait either.
  [[nodiscard]] std::vector<OomEvent> Find(const Query& query, std::chrono::microseconds now);

  /// How often the counter of the container must have risen for the events that nobody has claimed.
  /// The newest event is in it, as far as it goes.
  [[nodiscard]] std::uint64_t UnclaimedKills(const Query& query) const;

  /// The cgroup whose limit was met in the newest event that nobody has claimed, as the log states
  /// it; kHostLevel where the host itself had run out. nullopt: there is none, or it is not stated.
  [[nodiscard]] std::optional<std::string> LimitMet(const Query& query) const;

  /// Kills since a time of events that state a cgroup below `level` which is none of `members`, nor
  /// below one of them.
  [[nodiscard]] std::uint64_t KillsElsewhere(const std::string& level,
                                             std::chrono::microseconds since,
                                             const std::set<std::string>& members) const;

  /// Marks the oldest matching events, up to `kills` of the counter, as claimed: an earlier run has
  /// reported them. Where it is known how far the log had been read then, Query::after is exact: of
  /// what was reported the log need not have stated all.
  void SkipReported(const Query& query, std::uint64_t kills);

  /// The number of the last record that was taken; 0: none was.
  [[nodiscard]] std::uint64_t position() const { return position_; }

 private:
  using Claims = std::set<std::string>;  ///< cgroups
  struct Kept {
    OomEvent event;
    Claims claims;
  };
  void Keep(OomEvent event);
  [[nodiscard]] static bool Matches(const OomEvent& event, const Claims& claims,
                                    const Query& query);

  OomLogAssembler assembler_;
  Claims newest_claims_;  ///< of the assembler's pending event
  std::deque<Kept> events_;
  std::size_t bytes_ = 0;  ///< about what events_ take
  std::uint64_t position_ = 0;
};

/// Whether `event` is about the cgroup, a cgroup below it, a group kill of a level above, or (where
/// it names none) about nothing but the processes. Pure.
[[nodiscard]] bool Concerns(const OomEvent& event, const std::string& cgroup,
                            const std::set<int>& processes);

/// By how much the oom_kill counter of the query's cgroup rose for an event that concerns it. Where
/// a level above was killed as a group, only the processes that are known to be of the cgroup
/// count. Pure.
[[nodiscard]] std::uint64_t KillsIn(const OomEvent& event, const OomEventBook::Query& query);

}  // namespace headroom
