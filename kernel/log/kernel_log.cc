#include "kernel/log/kernel_log.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "kernel/kmsg/oom_lines.h"
#include "kernel/log/wrapped.h"

namespace headroom {
namespace {

constexpr std::size_t kMostReports = 16384;
constexpr std::size_t kMostRows = 262144;
constexpr std::size_t kMostHosts = 1024;
constexpr std::size_t kMostStamps = 65536;
/// A record of the kernel has 1 KiB, in which each byte may be written as four.
constexpr std::size_t kMostTextBytes = 8192;
constexpr std::size_t kMostHostBytes = 255;

using Origin = LogLine::Origin;

std::optional<std::string> ReleaseOfBoot(std::string_view text) {
  constexpr std::string_view kBoot = "Linux version ";
  if (!text.starts_with(kBoot)) return std::nullopt;
  text.remove_prefix(kBoot.size());
  return std::string(text.substr(0, text.find(' ')));
}

/// What "oom-kill:" says of whom the kernel had chosen: all of it where the kill line never came,
/// else what that does not say.
void TakeChosen(OomEvent& event) {
  if (!event.chosen) return;
  for (OomVictim& victim : event.victims) {
    if (victim.pid == event.chosen->pid && !victim.uid) victim.uid = event.chosen->uid;
  }
  if (!event.victims.empty()) return;
  OomVictim victim = *std::move(event.chosen);
  victim.sequence = event.first_sequence;
  event.victims.push_back(std::move(victim));
}

}  // namespace

void KernelLogReader::Add(std::string_view line) {
  ++report_.lines;
  LogLine parsed = ParseLogLine(line);
  parsed.text.resize(std::min(parsed.text.size(), kMostTextBytes));
  if (parsed.host.size() > kMostHostBytes) parsed.host.clear();
  if (parsed.origin == Origin::kUnmarked) return AddUnmarked(std::move(parsed));
  ++marked_;
  FeedPending();
  pending_ = Pending{.line = std::move(parsed), .number = report_.lines};
}

void KernelLogReader::AddUnmarked(LogLine line) {
  ++unmarked_;
  const std::string_view text = Trimmed(line.text);
  if (pending_ && pending_->line.origin != Origin::kOther &&
      pending_->line.text.size() + text.size() < kMostTextBytes &&
      IsBroken(pending_->line.text, text)) {
    if (pending_->line.text.empty()) pending_->number = report_.lines;
    pending_->line.text = Rejoined(pending_->line.text, text);
    return;
  }
  // It is more of the message before, which may quote anything; but in a log without prefixes one
  // line of the kernel's that looks like one changes nothing.
  if (pending_ && pending_->line.origin == Origin::kOther) return;
  if (marked_ >= unmarked_) return;
  FeedPending();
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
  if (line.time) host.time = *line.time;
  if (auto release = ReleaseOfBoot(line.text)) host.release = std::move(release);
  if (!line.stamp.empty() && stamps_.size() < kMostStamps && ParseKilledLine(line.text)) {
    stamps_[pending.number] = line.stamp;
  }
  const KmsgRecord record{.priority = 0,
                          .sequence = pending.number,
                          .since_boot = host.time,
                          .text = line.text,
                          .raw = {}};
  if (auto event = host.assembler.Add(record)) Keep(*std::move(event), name, host);
}

void KernelLogReader::Keep(OomEvent event, const std::string& host_name, const Host& host) {
  TakeChosen(event);
  if (report_.kills.size() + report_.incomplete.size() >= kMostReports) {
    report_.truncated = true;
    return;
  }
  if (rows_ + event.tasks.size() > kMostRows) {
    report_.truncated = true;
    event.tasks.clear();
  }
  rows_ += event.tasks.size();
  event.raw.clear();
  if (!event.release) event.release = host.release;
  if (!event.oom_memcg && event.Scope() == OomScope::kMemcg) event.oom_memcg = event.stats_memcg;
  LoggedOom logged{.event = std::move(event), .host = host_name, .stamps = {}};
  for (const OomVictim& victim : logged.event.victims) {
    const auto stamp = stamps_.extract(victim.sequence);
    logged.stamps.push_back(stamp ? stamp.mapped() : "");
  }
  auto& list = logged.event.victims.empty() ? report_.incomplete : report_.kills;
  list.push_back(std::move(logged));
}

KernelLogReport KernelLogReader::Finish() {
  FeedPending();
  for (auto& [name, host] : hosts_) {
    if (auto event = host.assembler.Flush()) Keep(*std::move(event), name, host);
  }
  std::ranges::sort(report_.kills, {},
                    [](const LoggedOom& logged) { return logged.event.victims.front().sequence; });
  std::ranges::sort(report_.incomplete, {}, &LoggedOom::line);
  return std::move(report_);
}

KernelLogReport ReadKernelLog(std::string_view text) {
  KernelLogReader reader;
  while (const auto line = TakeLine(text)) reader.Add(*line);
  return reader.Finish();
}

}  // namespace headroom
