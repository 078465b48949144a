#include "supervisor/watch/kernel_log.h"

#include <ctime>
#include <utility>

namespace headroom {
namespace {

/// The lines of one kill come within a millisecond or two: one look for all of them.
constexpr std::chrono::milliseconds kSettle{30};

}  // namespace

std::chrono::microseconds KernelLogTime(BootTime time) {
  const BootTime ago = NowBoot() - time;
  timespec raw{};
  (void)clock_gettime(CLOCK_MONOTONIC_RAW, &raw);
  const std::chrono::nanoseconds now =
      std::chrono::seconds(raw.tv_sec) + std::chrono::nanoseconds(raw.tv_nsec);
  return std::chrono::duration_cast<std::chrono::microseconds>(now - ago);
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

void KernelLog::Drain() {
  if (!reader_) return;
  bool kills = false;
  for (;;) {
    const std::uint64_t lost = reader_->overruns();
    const auto record = reader_->Next();
    if (reader_->overruns() != lost) book_.OnLoss();
    if (!record) {
      unavailable_ = record.error().Message();
      reader_.reset();
      source_.Cancel();
      break;
    }
    if (!*record) break;
    kills = book_.Add(**record) || kills;
  }
  // One that waits already is not put off: kills without pause must not keep anybody waiting.
  if (!kills || settle_.active()) return;
  auto settle = loop_->After(kSettle, kSettle, [this] {
    settle_.Cancel();
    on_kill_();
  });
  if (settle) settle_ = std::move(*settle);
}

std::uint64_t KernelLog::UnclaimedKills(const Query& query) {
  Drain();
  return book_.UnclaimedKills(query);
}

void KernelLog::SkipReported(const Query& query, std::uint64_t kills) {
  Drain();
  book_.SkipReported(query, kills);
}

std::vector<OomEvent> KernelLog::Find(const Query& query) {
  Drain();
  return book_.Find(query, KernelLogTime(NowBoot()));
}

}  // namespace headroom
