#include "supervisor/watch/kernel_log.h"

#include <ctime>
#include <utility>

namespace headroom {
namespace {

/// The lines of one kill come within a millisecond or two: one look for all of them.
constexpr std::chrono::milliseconds kSettle{30};

std::chrono::microseconds Now(clockid_t clock) {
  timespec now{};
  (void)clock_gettime(clock, &now);
  return std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
}

}  // namespace

// Nobody slews CLOCK_MONOTONIC_RAW: until something is measured the best guess.
KernelLog::KernelLog() : clock_(Now(CLOCK_MONOTONIC) - Now(CLOCK_MONOTONIC_RAW)) {}

std::chrono::microseconds KernelLog::TimeOf(BootTime time) const {
  const BootTime ago = NowBoot() - time;
  return Now(CLOCK_MONOTONIC) - clock_.lag() -
         std::chrono::duration_cast<std::chrono::microseconds>(ago);
}

std::optional<std::chrono::microseconds> KernelLog::Lag() const {
  if (!clock_.measured()) return std::nullopt;
  const auto suspended = Now(CLOCK_BOOTTIME) - Now(CLOCK_MONOTONIC);
  return clock_.lag() + suspended;
}

std::unique_ptr<KernelLog> KernelLog::Open(EventLoop& loop, std::function<void()> on_kill) {
  const auto clocks = ReadLogClocks(SchedDebugFiles());
  return Over(loop, KmsgReader::Open(KmsgReader::StartAt::kOldest),
              clocks ? std::optional(*clocks) : std::nullopt, std::move(on_kill));
}

std::unique_ptr<KernelLog> KernelLog::Over(EventLoop& loop, Result<KmsgReader> reader,
                                           const std::optional<LogClocks>& clocks,
                                           std::function<void()> on_kill) {
  std::unique_ptr<KernelLog> log(new KernelLog);
  log->loop_ = &loop;
  log->on_kill_ = std::move(on_kill);
  if (clocks) log->clock_.OnLive(clocks->monotonic, clocks->log);
  if (!reader) {
    log->unavailable_ = reader.error().Message();
    return log;
  }
  log->reader_ = std::move(*reader);
  log->Drain();
  log->Watch();
  return log;
}

void KernelLog::Watch() {
  auto source =
      loop_->OnReady(reader_->fd(), EPOLLIN, [this](std::uint32_t /*ready*/) { Drain(); });
  if (!source) {
    unavailable_ = source.error().Message();
    return;
  }
  source_ = std::move(*source);
  // What is written until the loop turns waits for all that the supervisor does at its start, which
  // may take a second: taken for a record that came just now, it would put the log's clock as far
  // behind, and a kill to a time after the container's next start.
  auto turn = loop_->After(std::chrono::nanoseconds(0), std::chrono::nanoseconds(0), [this] {
    Drain();
    live_ = true;
  });
  if (turn) turn_ = std::move(*turn);
}

void KernelLog::Drain() {
  if (!reader_) return;
  bool kills = false;
  std::optional<std::chrono::microseconds> newest;
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
    newest = (*record)->since_boot;
    kills = book_.Add(**record) || kills;
  }
  if (live_ && newest) clock_.OnLive(Now(CLOCK_MONOTONIC), *newest);
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

std::optional<std::string> KernelLog::LimitMet(const Query& query) {
  Drain();
  return book_.LimitMet(query);
}

std::uint64_t KernelLog::KillsElsewhere(const std::string& level, BootTime since,
                                        const std::set<std::string>& members) {
  Drain();
  return book_.KillsElsewhere(level, TimeOf(since), members);
}

std::vector<OomEvent> KernelLog::Find(const Query& query) {
  Drain();
  return book_.Find(query, TimeOf(NowBoot()));
}

}  // namespace headroom
