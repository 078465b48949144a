#include "supervisor/guardian/life_sign.h"

#include <systemd/sd-daemon.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace headroom {
namespace {

/// Of the watchdog's time: one that comes four parts late is still in time.
constexpr std::int64_t kParts = 5;

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
  sign.interval_ = std::chrono::microseconds(static_cast<std::int64_t>(watchdog_us) / kParts);
  sign.due_ = NowBoot();
  return sign;
}

void LifeSign::Give(BootTime now) {
  if (now < due_) return;
  due_ = now + interval_;
  constexpr std::string_view kAlive = "WATCHDOG=1";
  // Not taken: systemd is behind with reading, and will find those that were sent before.
  (void)sendto(socket_.get(), kAlive.data(), kAlive.size(), MSG_NOSIGNAL,
               reinterpret_cast<const sockaddr*>(&address_), address_size_);
}

}  // namespace headroom
