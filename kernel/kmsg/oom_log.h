#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "kernel/kmsg/oom_stat.h"
#include "kernel/kmsg/record.h"

namespace headroom {

/// One "Killed process" line (mm/oom_kill.c). What the text does not state is nullopt.
struct OomVictim {
  int pid = 0;
  std::string comm;  ///< bytes; escape to print
  std::optional<Bytes> total_vm;
  std::optional<Bytes> anon_rss;
  std::optional<Bytes> file_rss;
  std::optional<Bytes> shmem_rss;
  std::optional<Bytes> pgtables;
  std::optional<std::uint64_t> uid;
  std::optional<int> oom_score_adj;
  std::uint64_t sequence = 0;  ///< of its kmsg record
  std::chrono::microseconds since_boot{};
  /// How many lines said so: as often the counter (oom_kill) has counted it. A group kill kills the
  /// process that it began with once more.
  std::uint64_t times = 1;

  /// anon + file + shmem, where all three are stated.
  [[nodiscard]] std::optional<Bytes> Rss() const;
};

/// One row of the "Tasks state" table.
struct OomTask {
  int pid = 0;
  std::uint64_t uid = 0;
  int tgid = 0;
  std::uint64_t total_vm_pages = 0;
  std::uint64_t rss_pages = 0;
  int oom_score_adj = 0;
  std::string comm;
  /// Every number behind the pid, in the order of OomEvent::task_columns.
  std::vector<std::int64_t> numbers;
};

/// Which memory ran out, as the kernel says it.
enum class OomScope { kUnstated, kMemcg, kGlobal, kCpuset, kMemoryPolicy };

/// Why a report killed nobody, where it says so.
enum class OomEnd { kNobodyToKill, kAlreadyExiting, kPanic };

/// What the kernel wrote about one OOM: from "invoked oom-killer" to the last kill of it. The
/// header is rate-limited and may be missing; then only `victims` is filled.
struct OomEvent {
  std::optional<std::string> invoker_comm;
  std::optional<int> invoker_pid;  ///< of the process that asked for the page that was not there
  std::optional<std::string> gfp_mask;    ///< as printed: "0xcc0(GFP_KERNEL)"
  std::optional<int> order;               ///< -1: asked for by hand (sysrq)
  std::optional<std::string> release;     ///< of the kernel, "6.1.0-56-cloud-amd64"
  std::optional<std::string> constraint;  ///< "CONSTRAINT_MEMCG", "CONSTRAINT_NONE", ...
  std::optional<std::string> oom_memcg;   ///< the cgroup whose limit was hit; absent for global
  std::optional<std::string> task_memcg;  ///< the cgroup of the chosen victim
  /// Whose statistics are printed: the same as oom_memcg, and stated where that is not.
  std::optional<std::string> stats_memcg;
  bool global = false;  ///< "global_oom", or "Out of memory" without "cgroup"
  std::optional<Bytes> usage;
  std::optional<Bytes> limit;
  std::optional<std::uint64_t> failcnt;
  /// The same of memory and swap together, on cgroup v1: that limit may be the one that was met.
  std::optional<Bytes> swap_usage;
  std::optional<Bytes> swap_limit;
  /// What the cgroup of `stats_memcg` was charged for; nullopt: not stated, or of whom is unclear.
  std::optional<OomStat> stat;
  std::vector<std::string> task_columns;  ///< of the numbers in `tasks`, as the kernel names them
  std::vector<OomTask> tasks;
  std::vector<OomVictim> victims;  ///< a process listed twice by a group kill is here once
  /// Whom "oom-kill:" names. Before its kill line has come nobody is dead: the kernel may find it
  /// exiting already, which takes it away from here.
  std::optional<OomVictim> chosen;
  bool group_kill = false;
  std::optional<std::string> group_memcg;  ///< of "Tasks in ... are going to be killed"
  std::string raw;                         ///< every record, as read, a line each
  std::uint64_t first_sequence = 0;
  std::chrono::microseconds since_boot{};  ///< of the first record
  OomScope said = OomScope::kUnstated;     ///< by the message in front of a kill or a choice
  std::optional<OomEnd> end;               ///< nullopt: killed somebody, or not stated

  /// From the constraint where it is stated, else from what the other lines say.
  [[nodiscard]] OomScope Scope() const;
};

struct OomPlace;

/// Puts OOM events together from records in order. Foreign records in between are passed over, and
/// what a process wrote to /dev/kmsg is never believed. Bounded: at most 4096 records and 1 MiB of
/// raw text an event, of which a part is kept free for the kills themselves; at most 4096 tasks and
/// as many victims. One thread.
///
/// An event is complete when a new one begins, when a record follows that can no longer belong to
/// it (2 s behind the last line of a kill, 5 s where none was stated yet), or when Flush() says
/// that no more is coming.
class OomLogAssembler {
 public:
  /// What becomes of a report that states no kill: nothing died of it, as far as is known.
  enum class Unfinished { kDrop, kGive };
  explicit OomLogAssembler(Unfinished unfinished = Unfinished::kDrop) : unfinished_(unfinished) {}

  /// A line behind a kill belongs to its event up to this long after the line before. Longer than
  /// any slow console takes for one line of a report, and no longer than kills may lie apart that
  /// are one incident.
  static constexpr std::chrono::seconds kLongestGapAfterKill{2};

  /// Takes one record; returns the event that it completes, if any.
  [[nodiscard]] std::optional<OomEvent> Add(const KmsgRecord& record);
  /// Gives what is pending (a kill was stated), else nothing; an invocation without a kill is
  /// dropped, as it killed nobody, unless such ones are wanted too: then it has no victims.
  [[nodiscard]] std::optional<OomEvent> Flush();
  /// Records were lost: what follows need not be of the pending event. Gives it when a kill was
  /// stated. A group kill stays open: its next victims would be taken for kills of their own.
  [[nodiscard]] std::optional<OomEvent> OnLoss();
  /// The pending event, for a look before it is complete. nullptr when none. Valid until the next
  /// call.
  [[nodiscard]] const OomEvent* pending() const;

 private:
  /// How much a record says for its event: kPassing ones do not even prolong it.
  enum class Weight { kKey, kDetail, kPassing };

  void Begin(const KmsgRecord& record);
  void Keep(const KmsgRecord& record, Weight weight);
  [[nodiscard]] bool IsTooLate(const KmsgRecord& record) const;
  [[nodiscard]] bool TakeStart(const KmsgRecord& record, std::optional<OomEvent>& done);
  void NotePlace(const OomPlace& place);
  [[nodiscard]] bool TakeKill(const KmsgRecord& record, std::optional<OomEvent>& done);
  [[nodiscard]] bool TakeGroup(const KmsgRecord& record);
  [[nodiscard]] bool TakeEnd(const KmsgRecord& record, std::optional<OomEvent>& done);
  [[nodiscard]] bool TakeDetail(const KmsgRecord& record);
  [[nodiscard]] bool TakeFigures(const KmsgRecord& record);
  void TakeNote(const KmsgRecord& record);
  void OpenHeadless(const KmsgRecord& record, std::optional<OomEvent>& done);

  Unfinished unfinished_;
  bool open_ = false;                      ///< an event has begun and is not complete
  OomEvent event_;                         ///< only meaningful while open_
  std::size_t records_ = 0;                ///< kept in event_.raw
  std::chrono::microseconds last_line_{};  ///< of the last record that said something for it
  std::vector<std::string> columns_;       ///< of the task table
  std::string summary_;                    ///< of an "oom-kill:" line that is not complete yet
  OomStatReader stats_;                    ///< of the event
  bool mixed_ = false;                     ///< lines of several reports, as before 4.9, are in it
};

/// All events of a text of raw /dev/kmsg records, one a line. Pure.
[[nodiscard]] std::vector<OomEvent> ParseOomLog(std::string_view kmsg_text);

}  // namespace headroom
