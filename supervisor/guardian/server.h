#pragma once

#include <list>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "supervisor/guardian/life_sign.h"
#include "supervisor/guardian/ward.h"

namespace headroom {

/// The guardian's side of the connection: accepts headroomd, keeps its Ward, beats, enforces.
/// One thread. Ends on SIGTERM, after releasing everything.
class GuardianServer {
 public:
  /// Takes the socket that systemd passed, else makes one at `path` (mode 0600). Beside it lies
  /// what headroomd marks.
  [[nodiscard]] static Result<GuardianServer> Listen(const std::string& path);
  /// The same, but for one that was started for want of another: kExists where one listens.
  [[nodiscard]] static Result<GuardianServer> ListenUnlessThere(const std::string& path);

  [[nodiscard]] Status Run();
  /// From now on Run() ends also once nobody has been guarded for half a minute.
  void EndWhenAlone() { alone_since_ = NowBoot(); }
  /// `program`: its open file. Where a headroomd of another version comes and that file was
  /// replaced meanwhile, Run() ends, so that the new guardian is started.
  void EndWhenReplaced(UniqueFd program) { program_ = std::move(program); }
  /// `life_line`: its other end has somebody who undoes in our place, from now on until Run() ends.
  void GiveSignsOn(UniqueFd life_line, LifeLineRhythm rhythm = {}) {
    life_sign_ = LifeSign::OnLifeLine(std::move(life_line), rhythm);
  }

 private:
  struct Peer {
    UniqueFd connection;
    Ward ward;
  };
  GuardianServer(UniqueFd listener, UniqueFd signals, FrozenMarks marks)
      : listener_(std::move(listener)), signals_(std::move(signals)), marks_(std::move(marks)) {}
  void Accept();
  /// False when the peer is gone.
  [[nodiscard]] bool Serve(Peer& peer);
  void TellOfStranger(const Error& error);
  void HearLifeLine();
  void Beat();
  [[nodiscard]] Status WaitAndServe();
  void ReleaseEverything();

  UniqueFd listener_;
  UniqueFd signals_;
  FrozenMarks marks_;
  std::list<Peer> peers_;
  LifeSign life_sign_ = LifeSign::ForWatchdog();
  BootTime next_beat_{};
  UniqueFd program_;
  bool said_stranger_ = false;
  std::optional<BootTime> alone_since_;  ///< nullopt: it does not matter
  bool ending_ = false;
};

}  // namespace headroom
