#include "supervisor/watch/kernel_log.h"

#include <algorithm>
#include <ctime>
#include <utility>

#include "kernel/cgroup/cgroup_dir.h"

namespace headroom {
namespace {

constexpr std::size_t kMostEvents = 1024;
/// The lines of one OOM come within a millisecond or two; after this long it has said all.
constexpr std::chrono::milliseconds kSettle{30};

}  // namespace

std::chrono::microseconds KernelLogTime(BootTime time) {
  timespec monotonic{};
  (void)clock_gettime(CLOCK_MONOTONIC, &monotonic);
  const BootTime suspended = NowBoot() - std::chrono::seconds(monotonic.tv_sec) -
                             std::chrono::nanoseconds(monotonic.tv_nsec);
  return std::chrono::duration_cast<std::chrono::microseconds>(time - suspended);
}

bool Concerns(const OomEvent& event, const std::string& cgroup, const std::set<int>& processes) {
  if (cgroup.empty() || cgroup == "/") return false;  // no cgroup of its own: nothing is below it
  if (event.task_memcg) return IsSameOrBelow(*event.task_memcg, cgroup);
  if (event.group_memcg) return IsSameOrBelow(*event.group_memcg, cgroup);
  return !event.victims.empty() &&
         std::all_of(event.victims.begin(), event.victims.end(),
                     [&](const OomVictim& victim) { return processes.contains(victim.pid); });
}

std::unique_ptr<KernelLog> KernelLog::Open(EventLoop& loop, std::function<void()> on_kill) {
  std::unique_ptr<KernelLog> log(new KernelLog);
  log->loop_ = &loop;
  log->on_kill_ = std::move(on_kill);
  auto reader = KmsgReader::Open(KmsgReader::StartAt::kOldest);
  if (!reader) {
    log->unavailable_ = reader.error().Message();
    return log;
  }
  log->reader_ = std::move(*reader);
  log->Drain();
  auto source = loop.OnReady(log->reader_->fd(), EPOLLIN,
                             [raw = log.get()](std::uint32_t /*ready*/) { raw->Drain(); });
  if (source) {
    log->source_ = std::move(*source);
  } else {
    log->unavailable_ = source.error().Message();
  }
  return log;
}

void KernelLog::Keep(OomEvent event) {
  events_.push_back({.event = std::move(event)});
  if (events_.size() > kMostEvents) events_.pop_front();
}

void KernelLog::Drain() {
  if (!reader_) return;
  for (;;) {
    const auto record = reader_->Next();
    if (!record) {
      unavailable_ = record.error().Message();
      reader_.reset();
      source_.Cancel();
      return;
    }
    if (!*record) break;
    if (auto event = assembler_.Add(**record)) Keep(std::move(*event));
  }
  const OomEvent* pending = assembler_.pending();
  if (pending == nullptr || pending->victims.empty()) return;
  auto settle = loop_->After(kSettle, kSettle, [this] {
    if (auto event = assembler_.Flush()) Keep(std::move(*event));
    on_kill_();
  });
  if (settle) settle_ = std::move(*settle);
}

/// Takes the event that is still open for further lines when it must have said all, or (`now`) when
/// the caller cannot wait. After a restart the newest kill has often been open for long.
void KernelLog::FlushSettled(bool now) {
  const OomEvent* pending = assembler_.pending();
  if (pending == nullptr || pending->victims.empty()) return;
  const auto age = KernelLogTime(NowBoot()) - pending->victims.back().since_boot;
  if (!now && age < kSettle) return;
  if (auto event = assembler_.Flush()) Keep(std::move(*event));
}

bool KernelLog::Matches(const Kept& kept, const Query& query) {
  if (kept.consumed && !query.reported_too) return false;
  if (kept.event.since_boot < query.since || kept.event.since_boot > query.until) return false;
  return Concerns(kept.event, query.cgroup, query.processes);
}

void KernelLog::SkipReported(const Query& query, std::size_t victims) {
  Drain();
  FlushSettled(/*now=*/true);
  for (Kept& kept : events_) {
    if (victims == 0) return;
    if (!Matches(kept, query)) continue;
    kept.consumed = true;
    victims -= std::min(victims, kept.event.victims.size());
  }
}

std::vector<OomEvent> KernelLog::Find(const Query& query) {
  Drain();
  FlushSettled(query.consume || query.cannot_wait);
  std::vector<OomEvent> found;
  for (Kept& kept : events_) {
    if (!Matches(kept, query)) continue;
    kept.consumed = kept.consumed || query.consume;
    found.push_back(kept.event);
  }
  return found;
}

}  // namespace headroom
