#include "supervisor/guardian/server.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/log.h"
#include "base/unix_address.h"

namespace headroom {
namespace {

constexpr std::chrono::seconds kLongestAlone{30};

Result<UniqueFd> ListenAt(const std::string& path) {
  const auto address = UnixAddress::Of(path);
  if (!address) return std::unexpected(address.error());
  const std::size_t slash = path.rfind('/');
  if (auto made = MakeDirectories(path.substr(0, slash), 0700); !made) {
    return std::unexpected(made.error());
  }
  UniqueFd fd(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid()) return SystemError(path, "no socket can be made");
  (void)unlink(path.c_str());  // of a guardian that was killed
  const mode_t old_mask = umask(0177);
  const int bound = bind(fd.get(), address->get(), UnixAddress::size());
  (void)umask(old_mask);
  if (bound != 0) return SystemError(path, "cannot be bound");
  if (listen(fd.get(), 4) != 0) return SystemError(path, "cannot be listened on");
  return fd;
}

Result<UniqueFd> PassedOrOwnListener(const std::string& path) {
  if (sd_listen_fds(1) >= 1) return UniqueFd(SD_LISTEN_FDS_START);
  return ListenAt(path);
}

Result<UniqueFd> TerminationSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  if (sigprocmask(SIG_BLOCK, &set, nullptr) != 0)
    return SystemError("signals", "cannot be blocked");
  UniqueFd fd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd.valid()) return SystemError("signalfd", "cannot be made");
  return fd;
}

/// Only the user that we run as may ask for anything: a wire carries a descriptor that we write to.
bool IsOurUser(int connection) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  return peer.uid == geteuid();
}

}  // namespace

Result<GuardianServer> GuardianServer::Listen(const std::string& path) {
  auto signals = TerminationSignals();
  if (!signals) return std::unexpected(signals.error());
  auto listener = PassedOrOwnListener(path);
  if (!listener) return std::unexpected(listener.error());
  return GuardianServer(std::move(*listener), std::move(*signals),
                        FrozenMarks(path.substr(0, path.rfind('/'))));
}

Result<GuardianServer> GuardianServer::ListenUnlessThere(const std::string& path) {
  if (const auto address = UnixAddress::Of(path)) {
    const UniqueFd probe(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (connect(probe.get(), address->get(), UnixAddress::size()) == 0) {
      return MakeError(ErrorCode::kExists, path, "has a guardian already");
    }
  }
  return Listen(path);
}

void GuardianServer::Accept() {
  UniqueFd connection(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!connection.valid() || !IsOurUser(connection.get())) return;
  peers_.push_back(Peer{.connection = std::move(connection), .ward = Ward(NowBoot(), marks_)});
}

bool GuardianServer::Serve(Peer& peer) {
  for (;;) {
    auto delivery = ReceiveFromPeer(peer.connection.get());
    if (!delivery && delivery.error().code == ErrorCode::kMalformed) {
      (void)peer.ward.ReleaseAll();
      TellOfStranger(delivery.error());
      return false;
    }
    if (!delivery) {
      const int released = peer.ward.ReleaseAll();
      Log(LogLevel::kInfo, fmt::format("headroomd is gone ({}); released {} of {} wires",
                                       delivery.error().what, released, peer.ward.wires()));
      return false;
    }
    if (!*delivery) return true;
    said_stranger_ = false;
    if (auto taken = peer.ward.Take(std::move(**delivery), NowBoot()); !taken) {
      // It believes that it has told us, and would let a wire stand that nobody guards.
      const int released = peer.ward.ReleaseAll();
      Log(LogLevel::kError, fmt::format("{}; released {} of {} wires and ended the connection",
                                        taken.error().Message(), released, peer.ward.wires()));
      return false;
    }
  }
}

/// It comes again and again. Once it is told of, until another one is understood.
void GuardianServer::TellOfStranger(const Error& error) {
  struct stat program{};
  const bool replaced =
      program_.valid() && fstat(program_.get(), &program) == 0 && program.st_nlink == 0;
  ending_ = ending_ || replaced;
  if (std::exchange(said_stranger_, true)) return;
  Log(LogLevel::kError,
      fmt::format("{}: no tripwire stands until then{}", error.Message(),
                  replaced ? "; this program was replaced, and ends to be started anew" : ""));
}

void GuardianServer::HearLifeLine() {
  switch (life_sign_.Hear()) {
    case LifeSign::Answer::kNone:
      return;
    case LifeSign::Answer::kUndone:
      for (Peer& peer : peers_) peer.ward.NoteUndone();
      return Log(LogLevel::kWarning,
                 "did not get to run for too long: headroom-undo has released every wire");
    case LifeSign::Answer::kGone:
      return Log(
          LogLevel::kWarning,
          "headroom-undo has ended; continuing, with nobody who would release anything where "
          "headroomd and headroom-guardian are both killed or hang");
  }
}

void GuardianServer::Beat() {
  const BootTime now = NowBoot();
  if (now < next_beat_) return;
  next_beat_ = now + kBeatInterval;
  for (Peer& peer : peers_) {
    const GuardianMessage beat{.verb = GuardianVerb::kBeat, .releases = peer.ward.releases()};
    // A headroomd that does not read is stopped or hung; its silence is what Enforce looks at.
    (void)SendToPeer(peer.connection.get(), beat, UniqueFd::kNone);
  }
}

Status GuardianServer::WaitAndServe() {
  std::vector<pollfd> fds{{.fd = listener_.get(), .events = POLLIN, .revents = 0},
                          {.fd = signals_.get(), .events = POLLIN, .revents = 0},
                          {.fd = life_sign_.life_line(), .events = POLLIN, .revents = 0}};
  // Without a peer there is nothing to guard, and nothing to wake up for but the watchdog.
  BootTime due = peers_.empty() ? BootTime::max() : next_beat_;
  for (const Peer& peer : peers_) {
    fds.push_back({.fd = peer.connection.get(), .events = POLLIN, .revents = 0});
    due = std::min(due, peer.ward.NextDue());
  }
  if (alone_since_ && peers_.empty()) due = *alone_since_ + kLongestAlone;
  due = std::min(due, life_sign_.due());
  const auto wait = std::max<BootTime>(due - NowBoot(), BootTime::zero());
  const int timeout =
      due == BootTime::max()
          ? -1
          : static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(wait).count());
  if (poll(fds.data(), fds.size(), timeout) < 0 && errno != EINTR) {
    return SystemError("poll", "failed");
  }
  if (fds[0].revents != 0) Accept();
  ending_ = fds[1].revents != 0;
  if (fds[2].revents != 0) HearLifeLine();
  peers_.remove_if([this](Peer& peer) { return !Serve(peer); });
  if (!alone_since_) return {};
  if (!peers_.empty()) alone_since_ = NowBoot();
  ending_ = ending_ || NowBoot() - *alone_since_ >= kLongestAlone;
  return {};
}

Status GuardianServer::Run() {
  (void)sd_notify(0, "READY=1");
  while (!ending_) {
    if (auto served = WaitAndServe(); !served) {
      ReleaseEverything();
      return served;
    }
    for (Peer& peer : peers_) {
      if (const int released = peer.ward.Enforce(NowBoot()); released > 0) {
        Log(LogLevel::kWarning,
            fmt::format("released {} wires of a headroomd that did not", released));
      }
    }
    Beat();
    life_sign_.Give(NowBoot());  // last: that all of the above was done is what it says
  }
  ReleaseEverything();
  life_sign_.End();
  return {};
}

void GuardianServer::ReleaseEverything() {
  for (Peer& peer : peers_) (void)peer.ward.ReleaseAll();
}

}  // namespace headroom
