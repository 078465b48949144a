#include "supervisor/watch/exit_watch.h"

#include <algorithm>
#include <ctime>
#include <utility>

#include "kernel/exit/pidfd_exit.h"
#include "kernel/proc/process.h"

namespace headroom {
namespace {

/// Only such as a kill leaves are heard at all.
constexpr std::size_t kMostHeard = 1024;

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
  std::unique_ptr<ExitWatch> watch(new ExitWatch(std::move(host)));
  if (PidfdsTellExits()) return watch;
  auto connector = ExitConnector::Open();
  if (!connector) {
    watch->unavailable_ = connector.error().Message();
    return watch;
  }
  watch->connector_ = std::move(*connector);
  auto source = loop.OnReady(watch->connector_->fd(), EPOLLIN,
                             [raw = watch.get()](std::uint32_t /*ready*/) { raw->Drain(); });
  if (source) {
    watch->source_ = std::move(*source);
  } else {
    watch->unavailable_ = source.error().Message();
    watch->connector_.reset();
  }
  return watch;
}

void ExitWatch::Drain() {
  if (!connector_) return;
  const auto suspended = Suspended();
  const auto drained = connector_->Drain([&](const ExitMessage& message) {
    heard_.push_back(message);
    heard_.back().at += suspended;
    if (heard_.size() > kMostHeard) heard_.pop_front();
  });
  if (drained) return;
  unavailable_ = drained.error().Message();
  source_.Cancel();
  connector_.reset();
}

std::optional<InitExit> ExitWatch::StatusOf(const ProcessId& process, int pidfd, BootTime since) {
  if (pidfd >= 0) {
    if (const auto status = ReadPidfdExit(pidfd)) return InitExit{*status, "pidfd"};
  }
  Drain();
  const auto heard = std::ranges::find_if(heard_, [&](const ExitMessage& message) {
    return message.pid == process.pid && message.at >= since;
  });
  if (heard != heard_.end()) return InitExit{heard->status, "connector"};
  if (const auto status = ReadZombie(host_, process)) return InitExit{*status, "zombie"};
  return std::nullopt;
}

}  // namespace headroom
