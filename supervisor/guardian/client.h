#pragma once

#include <functional>
#include <memory>
#include <string>

#include "supervisor/guardian/protocol.h"
#include "supervisor/loop/event_loop.h"

namespace headroom {

/// headroomd's side of the connection to the guardian. No wire stands without a guardian that
/// beats. One thread.
class GuardianClient {
 public:
  struct Listener {
    std::function<void()> on_ready;  ///< it beats: wires may stand
    /// Silent, gone, or it released by itself: take every wire down now.
    std::function<void(const std::string& why)> on_lost;
    /// One is there that does not understand us, or we do not understand it: of another version.
    /// Once, until one was ready. Or there never was one, some time after our start: once. May be
    /// empty.
    std::function<void(const std::string& why)> on_stranger;
  };
  /// How often each side beats, how long a silence is taken for life, and how long after our start
  /// nobody may be there before that is told.
  struct Rhythm {
    std::chrono::nanoseconds interval = kBeatInterval;
    std::chrono::nanoseconds patience = kBeatPatience;
    std::chrono::nanoseconds absence = std::chrono::seconds(5);
  };

  /// Connects, and keeps trying with every beat.
  GuardianClient(EventLoop& loop, std::string socket_path, Listener listener);
  GuardianClient(EventLoop& loop, std::string socket_path, Listener listener, Rhythm rhythm);
  GuardianClient(const GuardianClient&) = delete;
  GuardianClient& operator=(const GuardianClient&) = delete;

  void Start();
  [[nodiscard]] bool ready() const { return ready_; }

  /// To be called before the thing that it tells of. False: not told, so do not do it.
  [[nodiscard]] bool TellWireUp(std::uint64_t wire, Bytes high, int memory_high_fd);
  [[nodiscard]] bool TellHold(std::uint64_t wire, BootTime deadline);
  /// `inode` is the cgroup's; `changes_fd` an inotify instance, as kFreezeChanges says.
  [[nodiscard]] bool TellFreeze(std::uint64_t wire, BootTime deadline, std::uint64_t inode,
                                int cgroup_freeze_fd, int changes_fd);
  void TellThaw(std::uint64_t wire);
  void TellWireDown(std::uint64_t wire);

 private:
  void Connect();
  void Tick();
  void Receive();
  void Lose(const std::string& why);
  void TellOfStranger(const std::string& why);
  void TellOfAbsence(BootTime now);
  [[nodiscard]] bool Send(const GuardianMessage& message, int descriptor);

  EventLoop& loop_;
  std::string socket_path_;
  Listener listener_;
  Rhythm rhythm_;
  UniqueFd connection_;
  EventLoop::Source readable_;
  EventLoop::Source timer_;
  bool ready_ = false;
  bool was_ready_ = false;
  bool said_stranger_ = false;
  bool said_absence_ = false;
  BootTime started_at_{};
  BootTime last_heard_{};
  BootTime last_tick_{};
  std::uint64_t releases_ = 0;
};

}  // namespace headroom
