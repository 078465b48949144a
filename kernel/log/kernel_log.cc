#include "kernel/log/kernel_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "kernel/kmsg/oom_lines.h"
#include "kernel/kmsg/oom_stat.h"
#include "kernel/log/wrapped.h"

namespace headroom {
namespace {

constexpr std::size_t kMostReports = 16384;
constexpr std::size_t kMostHosts = 1024;
constexpr std::size_t kMostStamps = 65536;
/// A record of the kernel has 1 KiB, in which each byte may be written as four.
constexpr std::size_t kMostTextBytes = 8192;
constexpr std::size_t kMostHostBytes = 255;
constexpr std::size_t kMostCommBytes = 64;
constexpr std::size_t kMostMentions = 65536;
/// "[    9.000000] ".
constexpr std::size_t kShortestPrefix = 15;

using Origin = LogLine::Origin;

std::size_t IndentOf(std::string_view line) {
  return std::min(line.find_first_not_of(" \t"), line.size());
}

std::optional<std::string> ReleaseOfBoot(std::string_view text) {
  constexpr std::string_view kBoot = "Linux version ";
  if (!text.starts_with(kBoot)) return std::nullopt;
  text.remove_prefix(kBoot.size());
  return std::string(text.substr(0, text.find(' ')));
}

std::uint64_t LastLineOf(const OomEvent& event) {
  return event.victims.empty() ? event.first_sequence : event.victims.back().sequence;
}

/// Two copies of one line, which no clock of the kernel's could give two lines.
bool IsRepetition(const LogLine& line, const LogLine& last) {
  return !line.stamp.empty() && line.stamp == last.stamp && line.text == last.text &&
         line.time == last.time && line.host == last.host;
}

/// What the kill line does not say and "oom-kill:" does.
void CompleteVictims(OomEvent& event) {
  if (!event.chosen) return;
  for (OomVictim& victim : event.victims) {
    if (victim.pid == event.chosen->pid && !victim.uid) victim.uid = event.chosen->uid;
  }
}

/// A name has 15 bytes; a cut text may give more.
void CutNames(OomEvent& event) {
  const auto cut = [](std::string& comm) { comm.resize(std::min(comm.size(), kMostCommBytes)); };
  for (OomVictim& victim : event.victims) cut(victim.comm);
  for (OomTask& task : event.tasks) cut(task.comm);
}

/// Whether the line is one by which a report is told apart from any other text.
bool IsKeyLine(std::string_view text) {
  return ParseKilledLine(text) || ParseInvokedLine(text) || text.starts_with("oom-kill:");
}

/// Whether the kernel's line has a form that is known, whatever the name in it says.
bool IsKnown(std::string_view text, const OomEvent* open) {
  if (IsKeyLine(text) || ParseReleaseLine(text)) return true;
  if (open == nullptr || open->task_columns.empty()) return false;
  std::vector<std::string> columns = open->task_columns;
  columns.emplace_back("name");
  return ParseTaskRow(text, columns).has_value();
}

/// The same kill, from a second copy of the log.
bool IsCopy(const LoggedOom& one, const LoggedOom& other) {
  if (one.host != other.host || one.stamps != other.stamps || one.stamps.front().empty()) {
    return false;
  }
  return std::ranges::equal(
      one.event.victims, other.event.victims, [](const OomVictim& left, const OomVictim& right) {
        return left.pid == right.pid && left.comm == right.comm &&
               left.total_vm == right.total_vm && left.anon_rss == right.anon_rss;
      });
}

/// Keeps the first of each.
void DropCopies(std::vector<LoggedOom>& reports) {
  std::multimap<std::pair<std::string, int>, std::size_t> known;  // places in `kept`
  std::vector<LoggedOom> kept;
  for (LoggedOom& report : reports) {
    const std::pair key(report.stamps.front(), report.event.victims.front().pid);
    const auto [begin, end] = known.equal_range(key);
    const bool copy = std::any_of(
        begin, end, [&](const auto& entry) { return IsCopy(kept[entry.second], report); });
    if (copy) continue;
    known.emplace(key, kept.size());
    kept.push_back(std::move(report));
  }
  reports = std::move(kept);
}

}  // namespace

void KernelLogReader::Add(std::string_view line) {
  ++report_.lines;
  CountMention(line);
  const bool more = IsMoreOfRecord(line);
  LogLine parsed = more ? LogLine{} : ParseLogLine(line);
  if (more) parsed.text = line;
  parsed.text.resize(std::min(parsed.text.size(), kMostTextBytes));
  if (parsed.host.size() > kMostHostBytes) parsed.host.clear();
  if (parsed.origin == Origin::kUnmarked) return AddUnmarked(std::move(parsed));
  ++marked_;
  FeedPending();
  pending_ = Pending{.line = std::move(parsed), .number = report_.lines, .indent = IndentOf(line)};
}

/// dmesg and journalctl indent the second line of a record by the width of their prefix, whatever
/// it looks like. Less is a log that somebody has indented, all but the first line of it.
bool KernelLogReader::IsMoreOfRecord(std::string_view line) const {
  return pending_ && IndentOf(line) >= pending_->indent + kShortestPrefix;
}

/// Until 6.4 the kernel prints memory.stat as one record of many lines.
bool KernelLogReader::IsMoreOfStats(std::string_view line) const {
  if (!IsMoreOfRecord(line) || pending_->line.origin == Origin::kOther) return false;
  const std::string& before = pending_->line.text;
  return before.size() + line.size() < kMostTextBytes && IsStatLine(Trimmed(line)) &&
         IsStatLine(std::string_view(before).substr(0, before.find('\n')));
}

void KernelLogReader::AddUnmarked(LogLine line) {
  ++unmarked_;
  const std::string_view text = Trimmed(line.text);
  if (IsMoreOfStats(line.text)) {
    pending_->line.text += fmt::format("\n{}", text);
    return;
  }
  if (pending_ && pending_->line.origin != Origin::kOther &&
      pending_->line.text.size() + text.size() < kMostTextBytes &&
      (!pending_->line.text.empty() || InReport(pending_->line.host)) &&
      IsBroken(pending_->line.text, text)) {
    if (pending_->line.text.empty()) pending_->number = report_.lines;
    pending_->line.text = Rejoined(pending_->line.text, text);
    return;
  }
  // Where lines have prefixes, it is more of the message before, which may quote anything. In a log
  // without, a line of the kernel's that looks as if it had one changes nothing.
  const bool follows_process = pending_ && pending_->line.origin == Origin::kOther;
  if (marked_ >= unmarked_ || (follows_process && text.size() < line.text.size())) return;
  FeedPending();
  // Nobody says who wrote it: without figures, and outside of any report, it may be anybody.
  const auto killed = ParseKilledLine(text);
  if (killed && !killed->victim.total_vm && !InReport("")) return;
  // The second record of a line that 3.16 has split begins with a blank; else it is indentation.
  if (!ParsePlaceLine(line.text)) line.text = text;
  pending_ = Pending{.line = std::move(line), .number = report_.lines};
}

void KernelLogReader::FeedPending() {
  if (!pending_) return;
  if (pending_->line.origin != Origin::kOther) Feed(*pending_);
  pending_.reset();
}

void KernelLogReader::Feed(const Pending& pending) {
  const LogLine& line = pending.line;
  const bool known = hosts_.contains(line.host) || hosts_.size() < kMostHosts;
  const std::string name = known ? line.host : "";
  Host& host = hosts_[name];
  const bool mentioned = mentions_.lower_bound(pending.number) != mentions_.end();
  if (mentioned && IsKnown(line.text, host.assembler.pending())) ForgetMentions(pending.number);
  if (IsRepetition(line, host.last)) return;
  host.last = line;
  if (line.time) host.time = *line.time;
  if (line.delta) host.time += *line.delta;
  if (auto release = ReleaseOfBoot(line.text)) {
    if (auto event = host.assembler.Flush()) Keep(*std::move(event), name, host, false);
    host.release = std::move(release);
  }
  if (IsKeyLine(line.text) && host.stamps.size() < kMostStamps) {
    host.stamps[pending.number] = line.stamp;
  }
  const KmsgRecord record{.priority = 0,
                          .sequence = pending.number,
                          .since_boot = host.time,
                          .text = line.text,
                          .raw = {}};
  if (auto event = host.assembler.Add(record)) Keep(*std::move(event), name, host, false);
}

void KernelLogReader::Keep(OomEvent event, const std::string& host_name, Host& host, bool at_end) {
  if (report_.kills.size() + report_.incomplete.size() >= kMostReports) {
    report_.truncated = true;
    return;
  }
  LoggedOom logged{.event = {}, .host = host_name, .stamps = {}};
  CompleteVictims(event);
  // A log that goes on without the kill line says that there was none.
  logged.kill_line_missing = at_end && event.victims.empty() && event.chosen;
  if (logged.kill_line_missing) event.victims.push_back(*event.chosen);
  CutNames(event);
  if (rows_ + event.tasks.size() > kMostKernelLogRows) {
    report_.truncated = true;
    event.tasks.clear();
  }
  rows_ += event.tasks.size();
  event.raw.clear();
  if (!event.release) event.release = host.release;
  if (!event.oom_memcg && event.Scope() == OomScope::kMemcg) event.oom_memcg = event.stats_memcg;
  const auto stamp_of = [&host](std::uint64_t line) {
    const auto found = host.stamps.find(line);
    return found == host.stamps.end() ? std::string() : found->second;
  };
  for (const OomVictim& victim : event.victims) logged.stamps.push_back(stamp_of(victim.sequence));
  if (event.victims.empty()) logged.stamps.push_back(stamp_of(event.first_sequence));
  // What is left belongs to the line that has begun the next one.
  host.stamps.erase(host.stamps.begin(), host.stamps.upper_bound(LastLineOf(event)));
  logged.event = std::move(event);
  auto& list = logged.event.victims.empty() ? report_.incomplete : report_.kills;
  list.push_back(std::move(logged));
}

void KernelLogReader::CountMention(std::string_view line) {
  if (line.find("Killed process ") == std::string_view::npos &&
      line.find(" invoked oom-killer: ") == std::string_view::npos) {
    return;
  }
  if (mentions_.size() < kMostMentions) mentions_.insert(report_.lines);
}

void KernelLogReader::ForgetMentions(std::uint64_t first) {
  // The line that is being added now is another one already, unless it is the last of all.
  const std::uint64_t end = pending_is_last_ ? report_.lines + 1 : report_.lines;
  mentions_.erase(mentions_.lower_bound(first), mentions_.lower_bound(end));
}

bool KernelLogReader::InReport(const std::string& host_name) const {
  const auto host = hosts_.find(host_name);
  return host != hosts_.end() && host->second.assembler.pending() != nullptr;
}

KernelLogReport KernelLogReader::Finish() {
  pending_is_last_ = true;
  FeedPending();
  for (auto& [name, host] : hosts_) {
    if (auto event = host.assembler.Flush()) Keep(*std::move(event), name, host, true);
  }
  std::ranges::sort(report_.kills, {},
                    [](const LoggedOom& logged) { return logged.event.victims.front().sequence; });
  std::ranges::sort(report_.incomplete, {}, &LoggedOom::line);
  DropCopies(report_.kills);
  report_.unrecognised = mentions_.size();
  if (!mentions_.empty()) report_.first_unrecognised = *mentions_.begin();
  return std::move(report_);
}

KernelLogReport ReadKernelLog(std::string_view text) {
  KernelLogReader reader;
  while (const auto line = TakeLine(text)) reader.Add(*line);
  return reader.Finish();
}

}  // namespace headroom
