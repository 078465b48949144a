#include "supervisor/watch/exit_watch.h"

#include <algorithm>
#include <ctime>
#include <utility>

#include "base/log.h"
#include "kernel/exit/pidfd_exit.h"
#include "kernel/proc/process.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

/// Only such as a kill leaves are heard at all.
constexpr std::size_t kMostHeard = 1024;
constexpr std::chrono::nanoseconds kReopen = 10s;
/// The message may be put together a little after the end was seen.
constexpr std::chrono::nanoseconds kEndSlack = 1s;

/// What the machine was suspended: the connector's clock stands still meanwhile.
std::chrono::nanoseconds Suspended() {
  timespec now{};
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  const auto monotonic = std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
  return NowBoot() - monotonic;
}

std::optional<ExitStatus> ReadZombie(const HostView& host, const ProcessId& process) {
  const auto stat = ReadProcessStat(host, process.pid);
  if (!stat || stat->id != process || !stat->exit_code) return std::nullopt;
  return ParseWaitStatus(*stat->exit_code);
}

}  // namespace

std::unique_ptr<ExitWatch> ExitWatch::Open(EventLoop& loop, HostView host) {
  std::unique_ptr<ExitWatch> watch(new ExitWatch(loop, std::move(host)));
  if (PidfdsTellExits()) return watch;
  if (const auto listening = watch->Listen(); !listening) {
    watch->unavailable_ = listening.error().Message();
  }
  return watch;
}

Status ExitWatch::Listen() {
  auto connector = ExitConnector::Open();
  if (!connector) return std::unexpected(connector.error());
  connector_ = std::move(*connector);
  overruns_told_ = 0;
  auto source =
      loop_.OnReady(connector_->fd(), EPOLLIN, [this](std::uint32_t /*ready*/) { Drain(); });
  if (!source) {
    connector_.reset();
    return std::unexpected(source.error());
  }
  source_ = std::move(*source);
  unavailable_.clear();
  return {};
}

void ExitWatch::ListenLater() {
  auto timer = loop_.After(kReopen, 1s, [this] {
    if (const auto listening = Listen(); !listening) ListenLater();
  });
  if (timer) retry_ = std::move(*timer);
}

/// What the kernel refuses stays refused; all else may be had again.
void ExitWatch::OnBroken(const Error& error) {
  unavailable_ = error.Message();
  Log(LogLevel::kWarning, unavailable_ + "; continuing without most exit statuses");
  source_.Cancel();
  connector_.reset();
  if (error.code != ErrorCode::kDenied) ListenLater();
}

void ExitWatch::LetGo(pid_t pid) {
  const auto found = kept_.find(pid);
  if (found != kept_.end() && --found->second == 0) kept_.erase(found);
}

void ExitWatch::Drain() {
  if (!connector_) return;
  const auto suspended = Suspended();
  const auto drained = connector_->Drain([&](const ExitMessage& message) {
    if (!kept_.contains(message.pid)) return;
    heard_.push_back(message);
    heard_.back().at += suspended;
    if (heard_.size() > kMostHeard) heard_.pop_front();
  });
  if (!drained) return OnBroken(drained.error());
  if (std::exchange(overruns_told_, connector_->overruns()) == connector_->overruns()) return;
  Log(LogLevel::kWarning,
      "the process connector had no room for all ends of processes; some exit statuses are "
      "missing");
}

std::optional<InitExit> ExitWatch::StatusOf(const ProcessId& process, int pidfd, Span span) {
  if (pidfd >= 0) {
    if (const auto status = ReadPidfdExit(pidfd)) return InitExit{*status, "pidfd"};
  }
  Drain();
  const auto heard = std::ranges::find_if(heard_, [&](const ExitMessage& message) {
    return message.pid == process.pid && message.at >= span.since &&
           message.at <= span.ended_at + kEndSlack;
  });
  if (heard != heard_.end()) return InitExit{heard->status, "connector"};
  if (const auto status = ReadZombie(host_, process)) return InitExit{*status, "zombie"};
  return std::nullopt;
}

}  // namespace headroom
