#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "evidence/evidence.h"
#include "evidence/incident.h"
#include "evidence/neighbours.h"
#include "evidence/shared_memory.h"
#include "evidence/snapshot.h"
#include "evidence/timeline.h"

namespace headroom::testing_evidence {

using namespace std::chrono_literals;

/// The moment of every kill here.
inline constexpr BootTime kKilledAt = 1000s;
inline constexpr WallTime kKilledWall = 1763694764s;  // 2025-11-21 03:12:44 UTC
inline constexpr const char* kCgroup = "/box.slice/web";
inline constexpr int kInit = 4321;

/// One kill as the kernel logs it; sizes in kB.
struct LoggedKill {
  int pid = kInit;
  std::string comm = "eat";
  std::string oom_memcg = kCgroup;  ///< empty: the host's memory ran out
  std::string task_memcg = kCgroup;
  std::uint64_t anon_kb = 60000;
  std::uint64_t shmem_kb = 0;
  std::uint64_t limit_kb = 65536;
  std::uint64_t stat_anon = 61440000;  ///< bytes, in the printed memory.stat
  std::uint64_t stat_shmem = 0;
  std::chrono::nanoseconds at = kKilledAt;
  std::vector<int> group;  ///< further victims, of memory.oom.group
};

/// Records as /dev/kmsg gives them.
class KmsgText {
 public:
  explicit KmsgText(std::chrono::nanoseconds at) : micros_(at.count() / 1000) {}
  void Add(int priority, const std::string& text) {
    text_ += fmt::format("{},{},{},-;{}\n", priority, sequence_++, micros_, text);
  }
  [[nodiscard]] std::string Take() { return std::move(text_); }

 private:
  std::int64_t micros_;
  std::uint64_t sequence_ = 700;
  std::string text_;
};

inline std::string KilledLine(const LoggedKill& kill, int pid) {
  return fmt::format(
      "{}: Killed process {} ({}) total-vm:90000kB, anon-rss:{}kB, file-rss:4kB, shmem-rss:{}kB, "
      "UID:0 pgtables:100kB oom_score_adj:0",
      kill.oom_memcg.empty() ? "Out of memory" : "Memory cgroup out of memory", pid,
      EscapedForPeople(kill.comm), kill.anon_kb, kill.shmem_kb);
}

inline std::string OomLog(const LoggedKill& kill) {
  KmsgText log(kill.at);
  log.Add(4, "eat invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0");
  if (!kill.oom_memcg.empty()) {
    // What is charged is what the statistics say, but for pages that each processor keeps ready.
    const std::uint64_t usage_kb = ((kill.stat_anon + kill.stat_shmem) >> 10U) + 1024 + 128;
    log.Add(6, fmt::format("memory: usage {}kB, limit {}kB, failcnt 19",
                           std::min(usage_kb, kill.limit_kb), kill.limit_kb));
    log.Add(6, fmt::format("Memory cgroup stats for {}:", kill.oom_memcg));
    log.Add(6, fmt::format("anon {}", kill.stat_anon));
    log.Add(6, fmt::format("file {}", kill.stat_shmem));
    log.Add(6, "kernel 1048576");
    log.Add(6, fmt::format("shmem {}", kill.stat_shmem));
  }
  log.Add(6, fmt::format("oom-kill:constraint={},nodemask=(null),cpuset=/,mems_allowed=0,{},"
                         "task_memcg={},task=eat,pid={},uid=0",
                         kill.oom_memcg.empty() ? "CONSTRAINT_NONE" : "CONSTRAINT_MEMCG",
                         kill.oom_memcg.empty() ? "global_oom" : "oom_memcg=" + kill.oom_memcg,
                         kill.task_memcg, kill.pid));
  log.Add(3, KilledLine(kill, kill.pid));
  if (!kill.group.empty()) {
    log.Add(6, fmt::format("Tasks in {} are going to be killed due to memory.oom.group set",
                           kill.oom_memcg));
    log.Add(3, KilledLine(kill, kill.pid));
  }
  for (const int pid : kill.group) log.Add(3, KilledLine(kill, pid));
  return log.Take();
}

inline MemoryEvents Events(std::uint64_t oom, std::uint64_t oom_kill) {
  MemoryEvents events;
  events.oom = oom;
  events.oom_kill = oom_kill;
  events.oom_group_kill = 0;
  return events;
}

inline IncidentLevel Level(std::string path, LevelRole role, Limit limit, std::uint64_t local_oom,
                           std::uint64_t oom_kill) {
  IncidentLevel level;
  level.path = std::move(path);
  level.role = role;
  level.memory_max = limit;
  level.events = Events(local_oom, oom_kill);
  level.events_local = Events(local_oom, oom_kill);
  return level;
}

/// Puts the files of a bundle together, as the supervisor would have.
class EvidenceBuilder {
 public:
  EvidenceBuilder() {
    draft_.container.id = "web";
    draft_.container.engine = "runc";
    draft_.container.boot_id = "3b0c5f0e-5c0c-4b8a-9d53-0d7f6b0f3a11";
    draft_.container.init = {.pid = kInit, .start_ticks = 777};
    draft_.container.cgroup.path = kCgroup;
    draft_.container.cgroup.inode = 42;
    draft_.container.cgroup.limits.max = Limit(Mebibytes(64));
    draft_.container.own_cgroup = true;
    CgroupBaseline above;
    above.path = "/box.slice";
    above.inode = 41;
    above.limits.max = Limit::Unlimited();
    draft_.container.ancestors = {above};
    draft_.container.enrolled_boot = kKilledAt - 100s;
    draft_.container.enrolled_wall = kKilledWall - 100s;
    draft_.incident = {draft_.container.GenerationKey(), 0, 1};
    draft_.at = kKilledWall;
  }

  Enrolment& container() { return draft_.container; }
  EvidenceBuilder& Kind(BundleKind kind) {
    draft_.kind = kind;
    return *this;
  }
  EvidenceBuilder& File(std::string name, std::string text) {
    Section section;
    section.row.section = std::move(name);
    section.row.captured_boot = kKilledAt;
    section.bytes = std::move(text);
    draft_.sections.push_back(std::move(section));
    return *this;
  }
  /// When the last file was read, which otherwise is at the kill.
  EvidenceBuilder& CapturedAt(BootTime at) {
    draft_.sections.back().row.captured_boot = at;
    return *this;
  }
  EvidenceBuilder& Missing(std::string name, Outcome outcome, std::string reason) {
    Section section;
    section.row.section = std::move(name);
    section.row.outcome = outcome;
    section.row.reason = std::move(reason);
    draft_.sections.push_back(std::move(section));
    return *this;
  }
  EvidenceBuilder& Partial(std::string name, std::string text, std::string reason) {
    File(std::move(name), std::move(text));
    draft_.sections.back().row.outcome = Outcome::kPartial;
    draft_.sections.back().row.reason = std::move(reason);
    return *this;
  }
  EvidenceBuilder& Record(const Incident& incident) {
    return File("incident.json", SerializeIncident(incident));
  }
  EvidenceBuilder& Record(const Snapshot& snapshot) {
    return File("before/snapshot.json", SerializeSnapshot(snapshot));
  }
  EvidenceBuilder& Record(const ProcessTable& table) {
    return File("before/processes.json", SerializeProcesses(table));
  }
  EvidenceBuilder& Record(const ShmListing& listing) {
    return File("before/shm.json", SerializeShm(listing));
  }
  EvidenceBuilder& Record(const TmpfsTable& table) {
    return File("before/tmpfs.json", SerializeTmpfs(table));
  }
  EvidenceBuilder& Record(const SharedMemory& memory) {
    return File("before/shared_memory.json", SerializeSharedMemory(memory));
  }
  EvidenceBuilder& Record(const Neighbours& neighbours) {
    return File("neighbours.json", SerializeNeighbours(neighbours));
  }
  EvidenceBuilder& Record(const Recording& recording) {
    return File("timeline.json", SerializeTimeline(recording));
  }

  [[nodiscard]] const Store::Draft& draft() const { return draft_; }
  [[nodiscard]] Evidence Build() const {
    Evidence evidence = EvidenceOf(draft_);
    evidence.bundle_path = "/var/lib/headroom/bundles/runc-web/20251121T031244Z";
    return evidence;
  }

 private:
  Store::Draft draft_;
};

}  // namespace headroom::testing_evidence
