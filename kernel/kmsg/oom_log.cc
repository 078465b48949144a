#include "kernel/kmsg/oom_log.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "kernel/kmsg/oom_lines.h"

namespace headroom {
namespace {

constexpr std::size_t kMostRecords = 4096;
constexpr std::size_t kMostRawBytes = std::size_t{1} << 20U;
/// Kept free for the lines that matter most: they come last, behind a table of any length.
constexpr std::size_t kReservedRecords = 512;
constexpr std::size_t kReservedRawBytes = std::size_t{64} << 10U;
/// Before the kill a stack of 60 unrecognised lines goes by.
constexpr std::chrono::seconds kLongestGapBeforeKill{5};
/// A kernel line has 1024 bytes; more than a few in one line's place is not one line.
constexpr std::size_t kMostSummaryBytes = 4096;

bool HoldsVictim(const OomEvent& event, int pid) {
  return std::ranges::find(event.victims, pid, &OomVictim::pid) != event.victims.end();
}

void TakeVictim(OomVictim victim, OomEvent& event) {
  const auto known = std::ranges::find(event.victims, victim.pid, &OomVictim::pid);
  if (known != event.victims.end()) {
    ++known->times;
  } else if (event.victims.size() < kMostRecords) {
    event.victims.push_back(std::move(victim));
  }
}

void TakeInvocation(const OomInvocation& line, OomEvent& event) {
  event.invoker_comm = line.comm;
  if (!line.gfp_mask.empty()) event.gfp_mask = line.gfp_mask;
  event.order = line.order;
}

/// Whether a kill of that scope cannot be of the event: its own head was left out, as heads are
/// rate-limited. What a kill says is only whether it is of a cgroup.
bool Contradicts(OomScope kill, const OomEvent& event) {
  const OomScope stated = event.Scope();
  if (kill == OomScope::kUnstated || stated == OomScope::kUnstated) return false;
  return (kill == OomScope::kMemcg) != (stated == OomScope::kMemcg);
}

/// The kernel prints "oom-kill:" in pieces. One for which a record of 1 KiB has no room begins the
/// next: ",KEY=", or the path behind it (mem_cgroup_print_oom_context, mm/memcontrol.c).
bool IsMoreOfSummary(std::string_view summary, std::string_view text) {
  return text.starts_with(',') || (summary.ends_with('=') && text.starts_with('/'));
}

void TakePlace(const OomPlace& place, OomEvent& event) {
  if (place.constraint) event.constraint = place.constraint;
  if (place.oom_memcg) event.oom_memcg = place.oom_memcg;
  if (place.task_memcg) event.task_memcg = place.task_memcg;
  if (place.task) event.chosen = place.task;
  event.global = event.global || place.global;
}

}  // namespace

OomScope OomEvent::Scope() const {
  if (constraint == "CONSTRAINT_MEMCG") return OomScope::kMemcg;
  if (constraint == "CONSTRAINT_NONE") return OomScope::kGlobal;
  if (constraint == "CONSTRAINT_CPUSET") return OomScope::kCpuset;
  if (constraint == "CONSTRAINT_MEMORY_POLICY") return OomScope::kMemoryPolicy;
  if (oom_memcg || stats_memcg) return OomScope::kMemcg;
  return said;
}

std::optional<Bytes> OomVictim::Rss() const {
  if (!anon_rss || !file_rss || !shmem_rss) return std::nullopt;
  return *anon_rss + *file_rss + *shmem_rss;
}

void OomLogAssembler::Begin(const KmsgRecord& record) {
  open_ = true;
  event_ = OomEvent{};
  event_.first_sequence = record.sequence;
  event_.since_boot = record.since_boot;
  last_line_ = record.since_boot;
  records_ = 0;
  columns_.clear();
  summary_.clear();
  stats_ = {};
  mixed_ = false;
}

void OomLogAssembler::Keep(const KmsgRecord& record, Weight weight) {
  const bool key = weight == Weight::kKey;
  const std::size_t records = key ? kMostRecords : kMostRecords - kReservedRecords;
  const std::size_t bytes = key ? kMostRawBytes : kMostRawBytes - kReservedRawBytes;
  if (weight != Weight::kPassing) last_line_ = record.since_boot;
  std::string_view raw = record.raw;
  if (raw.ends_with('\n')) raw.remove_suffix(1);
  if (records_ >= records || event_.raw.size() + raw.size() + 1 > bytes) return;
  ++records_;
  event_.raw += raw;
  event_.raw += '\n';
}

std::optional<OomEvent> OomLogAssembler::Flush() {
  if (!std::exchange(open_, false)) return std::nullopt;
  const bool begun = event_.invoker_comm || event_.chosen;
  const bool wanted = begun && unfinished_ == Unfinished::kGive;
  if (event_.victims.empty() && !wanted) return std::nullopt;
  return std::move(event_);
}

std::optional<OomEvent> OomLogAssembler::OnLoss() {
  if (open_ && event_.group_kill && !event_.victims.empty()) return std::nullopt;
  return Flush();
}

const OomEvent* OomLogAssembler::pending() const { return open_ ? &event_ : nullptr; }

bool OomLogAssembler::IsTooLate(const KmsgRecord& record) const {
  if (!open_) return false;
  // A clock that went back is another boot's.
  if (last_line_ - record.since_boot > kLongestGapBeforeKill) return true;
  const auto longest = event_.victims.empty() ? kLongestGapBeforeKill : kLongestGapAfterKill;
  return record.since_boot > last_line_ && record.since_boot - last_line_ > longest;
}

/// Before 4.9 reports of several cgroups can be printed at once. Whose is whose then nobody can
/// tell, and a limit that is another's is worse than none.
void OomLogAssembler::NotePlace(const OomPlace& place) {
  mixed_ = mixed_ || (event_.victims.empty() && place.oom_memcg && event_.oom_memcg &&
                      *place.oom_memcg != *event_.oom_memcg);
  if (!mixed_) return TakePlace(place, event_);
  event_.said = OomScope::kMemcg;
  event_.oom_memcg = event_.task_memcg = event_.stats_memcg = std::nullopt;
  event_.usage = event_.limit = std::nullopt;
  event_.stat = std::nullopt;
  event_.failcnt = std::nullopt;
  event_.invoker_comm = std::nullopt;
  event_.invoker_pid = std::nullopt;
}

bool OomLogAssembler::TakeStart(const KmsgRecord& record, std::optional<OomEvent>& done) {
  const auto invoker = ParseInvokedLine(record.text);
  const auto place = invoker ? std::nullopt : ParsePlaceLine(record.text);
  const OomScope chosen = invoker || place
                              ? OomScope::kUnstated
                              : ParseChosenLine(record.text).value_or(OomScope::kUnstated);
  if (!invoker && !place && chosen == OomScope::kUnstated) return false;
  // These come before a kill: behind one they belong to the next event.
  if (invoker || !open_ || !event_.victims.empty()) {
    if (auto complete = Flush()) done = std::move(complete);
    Begin(record);
  }
  if (invoker) TakeInvocation(*invoker, event_);
  if (place) NotePlace(*place);
  if (place && event_.chosen) event_.chosen->sequence = record.sequence;
  if (place && !place->complete) summary_ = record.text;
  if (chosen != OomScope::kUnstated) {
    event_.global = chosen == OomScope::kGlobal;
    event_.said = chosen;
  }
  Keep(record, Weight::kKey);
  return true;
}

bool OomLogAssembler::TakeKill(const KmsgRecord& record, std::optional<OomEvent>& done) {
  auto line = ParseKilledLine(record.text);
  if (!line) return false;
  const bool follows =
      open_ && !Contradicts(line->scope, event_) &&
      (event_.victims.empty() || event_.group_kill || HoldsVictim(event_, line->victim.pid));
  if (!follows) {
    if (auto complete = Flush()) done = std::move(complete);
    Begin(record);
  }
  if (line->scope == OomScope::kGlobal && !event_.oom_memcg) event_.global = true;
  if (line->scope != OomScope::kUnstated) event_.said = line->scope;
  line->victim.sequence = record.sequence;
  line->victim.since_boot = record.since_boot;
  TakeVictim(std::move(line->victim), event_);
  Keep(record, Weight::kKey);
  return true;
}

bool OomLogAssembler::TakeGroup(const KmsgRecord& record) {
  auto path = ParseGroupLine(record.text);
  if (!path) return false;
  if (!open_) Begin(record);
  event_.group_kill = true;
  event_.group_memcg = std::move(path);
  Keep(record, Weight::kKey);
  return true;
}

bool OomLogAssembler::TakeEnd(const KmsgRecord& record, std::optional<OomEvent>& done) {
  const auto end = open_ && event_.victims.empty() ? ParseEndLine(record.text) : std::nullopt;
  if (!end) return false;
  event_.end = end;
  event_.chosen.reset();
  if (IsHostPanic(record.text)) event_.said = OomScope::kGlobal;
  Keep(record, Weight::kPassing);
  if (auto complete = Flush()) done = std::move(complete);
  return true;
}

bool OomLogAssembler::TakeFigures(const KmsgRecord& record) {
  if (const auto usage = ParseUsageLine(record.text)) {
    if (!mixed_) {
      event_.usage = usage->usage;
      event_.limit = usage->limit;
      event_.failcnt = usage->failcnt;
    }
  } else if (auto columns = ParseTaskHeader(record.text)) {
    columns_ = *std::move(columns);
    event_.task_columns.assign(columns_.begin(), std::prev(columns_.end()));
  } else if (auto task = ParseTaskRow(record.text, columns_)) {
    if (unfinished_ == Unfinished::kDrop) task->numbers = {};  // nobody there asks for them
    if (event_.tasks.size() < kMostRecords) event_.tasks.push_back(*std::move(task));
  } else {
    return false;
  }
  return true;
}

/// What is worth knowing and still no sign of the report: a warning of the kernel's in between may
/// state some of it.
void OomLogAssembler::TakeNote(const KmsgRecord& record) {
  if (!mixed_ && event_.tasks.empty()) {
    stats_.Take(record.text, record.sequence);
    event_.stat = stats_.Result();
  }
  if (auto release = ParseReleaseLine(record.text)) {
    if (!event_.release) {
      event_.release = std::move(release);
      // Another warning of the kernel in between would state its own process.
      if (event_.invoker_comm) event_.invoker_pid = ParseInvokerPid(record.text);
    }
  } else if (auto limited = ParseLimitedLine(record.text)) {
    // The first is the one whose limit it is; those below it follow.
    if (!event_.stats_memcg && !mixed_) event_.stats_memcg = std::move(limited);
  } else if (const auto swap = ParseUsageLine(record.text, "memory+swap")) {
    event_.swap_usage = swap->usage;
    event_.swap_limit = swap->limit;
  } else if (!event_.order) {
    event_.order = ParseOrderPiece(record.text);
  }
}

bool OomLogAssembler::TakeDetail(const KmsgRecord& record) {
  if (!event_.victims.empty()) {
    const auto reaped = ParseReapedLine(record.text);
    if (!reaped || !HoldsVictim(event_, *reaped)) return false;
  } else if (!summary_.empty() && IsMoreOfSummary(summary_, record.text)) {
    if (summary_.size() + record.text.size() > kMostSummaryBytes) return false;
    summary_ += record.text;
    const auto place = ParsePlaceLine(summary_);
    if (place) TakePlace(*place, event_);
    if (place && place->complete) summary_.clear();
  } else if (!TakeFigures(record)) {
    return false;
  }
  Keep(record, Weight::kDetail);
  return true;
}

/// A log that begins in the middle of a report has its figures without its head.
void OomLogAssembler::OpenHeadless(const KmsgRecord& record, std::optional<OomEvent>& done) {
  if (unfinished_ == Unfinished::kDrop || (open_ && event_.victims.empty())) return;
  // Any warning of the kernel states its release; that alone ends no report.
  const bool release = !open_ && ParseReleaseLine(record.text);
  if (!release && !ParseUsageLine(record.text) && !ParseTaskHeader(record.text)) return;
  if (auto complete = Flush()) done = std::move(complete);
  Begin(record);
}

std::optional<OomEvent> OomLogAssembler::Add(const KmsgRecord& record) {
  std::optional<OomEvent> done;
  if (IsTooLate(record)) done = Flush();
  if (!record.FromKernel()) return done;
  if (TakeStart(record, done) || TakeKill(record, done) || TakeGroup(record) ||
      TakeEnd(record, done)) {
    return done;
  }
  OpenHeadless(record, done);
  if (!open_ || TakeDetail(record)) return done;
  if (event_.victims.empty()) TakeNote(record);
  // Between the head and the kill the kernel prints stack, registers and statistics: all of it is
  // kept verbatim. Behind the kill nothing is that is not the report's for certain.
  if (event_.invoker_comm && event_.victims.empty()) Keep(record, Weight::kPassing);
  return done;
}

std::vector<OomEvent> ParseOomLog(std::string_view kmsg_text) {
  std::vector<OomEvent> events;
  OomLogAssembler assembler;
  const auto add = [&](std::string_view raw) {
    const auto record = ParseKmsgRecord(raw);
    if (!record) return;
    if (auto event = assembler.Add(*record)) events.push_back(*std::move(event));
  };
  while (!kmsg_text.empty()) {
    // A record reaches over the lines behind it that begin with a blank (" KEY=value").
    std::size_t end = kmsg_text.find('\n');
    while (end != std::string_view::npos && kmsg_text.substr(end + 1).starts_with(' ')) {
      end = kmsg_text.find('\n', end + 1);
    }
    add(kmsg_text.substr(0, end));
    kmsg_text = end == std::string_view::npos ? std::string_view{} : kmsg_text.substr(end + 1);
  }
  if (auto event = assembler.Flush()) events.push_back(*std::move(event));
  return events;
}

}  // namespace headroom
