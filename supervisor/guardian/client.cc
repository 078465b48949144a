#include "supervisor/guardian/client.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>

#include "base/unix_address.h"

namespace headroom {

GuardianClient::GuardianClient(EventLoop& loop, std::string socket_path, Listener listener)
    : GuardianClient(loop, std::move(socket_path), std::move(listener), Rhythm{}) {}

GuardianClient::GuardianClient(EventLoop& loop, std::string socket_path, Listener listener,
                               Rhythm rhythm)
    : loop_(loop),
      socket_path_(std::move(socket_path)),
      listener_(std::move(listener)),
      rhythm_(rhythm) {}

void GuardianClient::Start() {
  last_tick_ = NowBoot();
  started_at_ = last_tick_;
  Tick();
}

void GuardianClient::Connect() {
  const auto address = UnixAddress::Of(socket_path_);
  if (!address) return;
  UniqueFd fd(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid() || connect(fd.get(), address->get(), UnixAddress::size()) != 0) {
    return;  // tried again at the next tick
  }
  auto source = loop_.OnReady(fd.get(), EPOLLIN, [this](std::uint32_t /*ready*/) { Receive(); });
  if (!source) return;
  readable_ = std::move(*source);
  connection_ = std::move(fd);
  releases_ = 0;
  last_heard_ = NowBoot();
}

void GuardianClient::Tick() {
  const BootTime now = NowBoot();
  // We were stopped or starved ourselves: the guardian has released, or will within this moment.
  const bool overslept = now - std::exchange(last_tick_, now) > rhythm_.patience;
  if (connection_.valid()) Receive();
  if (connection_.valid() && now - last_heard_ > rhythm_.patience) Lose("the guardian is silent");
  if (overslept && connection_.valid()) listener_.on_lost("headroomd was stopped for a while");
  if (!connection_.valid()) Connect();
  TellOfAbsence(now);
  if (connection_.valid()) (void)Send({.verb = GuardianVerb::kBeat}, UniqueFd::kNone);
  // Not later than where its silence would be too long.
  const BootTime silent_at = connection_.valid() ? last_heard_ + rhythm_.patience : BootTime::max();
  const auto next = std::clamp<std::chrono::nanoseconds>(
      silent_at - now, std::chrono::milliseconds(1), rhythm_.interval);
  auto timer = loop_.After(next, next / 10, [this] { Tick(); });
  if (timer) timer_ = std::move(*timer);
}

void GuardianClient::Receive() {
  while (connection_.valid()) {
    const auto delivery = ReceiveFromPeer(connection_.get());
    if (!delivery) {
      Lose(delivery.error().Message());
      return;
    }
    if (!*delivery) return;
    last_heard_ = NowBoot();
    const std::uint64_t releases = (*delivery)->message.releases;
    if (std::exchange(releases_, releases) != releases) {
      listener_.on_lost("the guardian released wires by itself");
    }
    said_stranger_ = false;
    was_ready_ = true;
    if (!std::exchange(ready_, true)) listener_.on_ready();
  }
}

void GuardianClient::Lose(const std::string& why) {
  readable_.Cancel();
  connection_.Reset();
  if (std::exchange(ready_, false)) {
    listener_.on_lost(why);
  } else {
    TellOfStranger(why);
  }
}

/// It was connected to and never beat as ours do. Tried again with every beat, and told once.
void GuardianClient::TellOfStranger(const std::string& why) {
  if (std::exchange(said_stranger_, true) || !listener_.on_stranger) return;
  listener_.on_stranger(why);
}

/// One that was there is told of when it is lost.
void GuardianClient::TellOfAbsence(BootTime now) {
  if (was_ready_ || connection_.valid() || now - started_at_ < rhythm_.absence) return;
  if (std::exchange(said_absence_, true) || !listener_.on_stranger) return;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(rhythm_.absence);
  listener_.on_stranger(fmt::format("{}: found nobody there for {} s, expected headroom-guardian",
                                    socket_path_, seconds.count()));
}

bool GuardianClient::Send(const GuardianMessage& message, int descriptor) {
  if (!connection_.valid()) return false;
  if (const auto sent = SendToPeer(connection_.get(), message, descriptor); !sent) {
    Lose(sent.error().Message());
    return false;
  }
  return true;
}

bool GuardianClient::TellWireUp(std::uint64_t wire, Bytes high, int memory_high_fd) {
  return ready_ &&
         Send({.verb = GuardianVerb::kWireUp, .wire = wire, .high = high}, memory_high_fd);
}

bool GuardianClient::TellHold(std::uint64_t wire, BootTime deadline) {
  return Send({.verb = GuardianVerb::kHold, .wire = wire, .deadline = deadline}, UniqueFd::kNone);
}

bool GuardianClient::TellFreeze(std::uint64_t wire, BootTime deadline, std::uint64_t inode,
                                int cgroup_freeze_fd, int changes_fd) {
  return Send({.verb = GuardianVerb::kFreezeChanges, .wire = wire}, changes_fd) &&
         Send({.verb = GuardianVerb::kFreeze, .wire = wire, .deadline = deadline, .inode = inode},
              cgroup_freeze_fd);
}

void GuardianClient::TellThaw(std::uint64_t wire) {
  (void)Send({.verb = GuardianVerb::kThaw, .wire = wire}, UniqueFd::kNone);
}

void GuardianClient::TellWireDown(std::uint64_t wire) {
  (void)Send({.verb = GuardianVerb::kWireDown, .wire = wire}, UniqueFd::kNone);
}

}  // namespace headroom
