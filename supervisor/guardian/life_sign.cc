#include "supervisor/guardian/life_sign.h"

#include <systemd/sd-daemon.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <utility>

namespace headroom {
namespace {

/// Of the watchdog's time: one that comes four parts late is still in time.
constexpr std::int64_t kParts = 5;

constexpr char kAlive = static_cast<char>(LifeLineWord::kAlive);

}  // namespace

LifeSign LifeSign::ForWatchdog() {
  LifeSign sign;
  std::uint64_t watchdog_us = 0;
  const char* path = std::getenv("NOTIFY_SOCKET");
  if (path == nullptr || sd_watchdog_enabled(0, &watchdog_us) <= 0) return sign;
  const std::string_view name = path;
  if (name.empty() || name.size() >= sizeof sign.address_.sun_path) return sign;
  sign.address_.sun_family = AF_UNIX;
  std::copy(name.begin(), name.end(), std::begin(sign.address_.sun_path));
  if (name.front() == '@') sign.address_.sun_path[0] = '\0';  // an abstract one
  sign.address_size_ = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  sign.socket_ = UniqueFd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sign.sign_ = "WATCHDOG=1";
  sign.interval_ = std::chrono::microseconds(static_cast<std::int64_t>(watchdog_us) / kParts);
  sign.due_ = NowBoot();
  return sign;
}

LifeSign LifeSign::OnLifeLine(UniqueFd end, LifeLineRhythm rhythm) {
  LifeSign sign;
  sign.socket_ = std::move(end);
  sign.is_life_line_ = true;
  sign.sign_ = {&kAlive, 1};
  sign.interval_ = rhythm.interval;
  sign.due_ = NowBoot();
  return sign;
}

void LifeSign::Give(BootTime now) {
  if (now < due_) return;
  due_ = now + interval_;
  // Not taken: the other one is behind with reading, and will find those that were sent before.
  (void)sendto(socket_.get(), sign_.data(), sign_.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
               address_size_ == 0 ? nullptr : reinterpret_cast<const sockaddr*>(&address_),
               address_size_);
}

int LifeSign::life_line() const { return is_life_line_ ? socket_.get() : UniqueFd::kNone; }

LifeSign::Answer LifeSign::Hear() {
  if (!is_life_line_) return Answer::kNone;
  std::array<char, 64> words{};
  const ssize_t got = recv(socket_.get(), words.data(), words.size(), MSG_DONTWAIT);
  if (got > 0) return Answer::kUndone;  // it has no other word
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return Answer::kNone;
  *this = LifeSign();
  return Answer::kGone;
}

void LifeSign::End() {
  if (is_life_line_) (void)SayOnLifeLine(socket_.get(), LifeLineWord::kDone);
}

}  // namespace headroom
